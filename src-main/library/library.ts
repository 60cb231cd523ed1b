/**
 * The shelf: which photos the user has opened, under which opaque ids, and what is known of each. The files stay
 * where they are; taking a photo off the shelf never touches it.
 */
import { randomBytes } from 'node:crypto'
import { EventEmitter } from 'node:events'
import { mkdir, readFile, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import PQueue from 'p-queue'
import writeFileAtomic from 'write-file-atomic'
import { z } from 'zod'
import { Failure, failureSchema } from '../contract/errors.ts'
import { idSchema, type Photo } from '../contract/schemas.ts'
import { collectPhotos } from '../photos/collect.ts'
import { inspectPhoto } from '../photos/inspect.ts'
import { thumbnail } from '../photos/thumbnail.ts'
import { JsonFile } from './json-file.ts'

const thumbnailLongSide = 512
/** Decoding uses several threads by itself; more photos at once only cost memory. */
const readersAtOnce = 2

const entrySchema = z.object({
  id: idSchema,
  path: z.string().min(1),
  /** Size and time of the file when it was read; a change means that it must be read again. */
  fingerprint: z.string().nullable(),
  width: z.number().int().nonnegative(),
  height: z.number().int().nonnegative(),
  bytes: z.number().nonnegative(),
  failure: failureSchema.optional(),
})
type Entry = z.infer<typeof entrySchema>

const shelfSchema = z.object({ format: z.literal(1), photos: z.array(entrySchema).max(1_000_000) })

interface LibraryEvents {
  added: [photos: readonly Photo[]]
  changed: [photo: Photo]
  removed: [ids: readonly string[]]
}

export class Library extends EventEmitter<LibraryEvents> {
  readonly #file: JsonFile<typeof shelfSchema>
  readonly #thumbnails: string
  readonly #entries = new Map<string, Entry>()
  /** What was taken off the shelf in this run, with its place, so that it can be put back there. */
  readonly #removed = new Map<string, { readonly entry: Entry; readonly place: number }>()
  readonly #places = new Map<string, number>()
  #nextPlace = 0
  readonly #byPath = new Map<string, string>()
  readonly #reading = new Set<string>()
  readonly #readers = new PQueue({ concurrency: readersAtOnce })

  constructor(folder: { readonly library: string; readonly thumbnails: string }) {
    super()
    this.#file = new JsonFile(folder.library, shelfSchema)
    this.#thumbnails = folder.thumbnails
  }

  /** Finds again what was open. Photos that were not read to the end the last time are read now. */
  async open(): Promise<void> {
    const shelf = await this.#file.read()
    for (const entry of shelf?.photos ?? []) {
      this.#put(entry)
      if (entry.fingerprint === null && entry.failure === undefined) this.#read(entry)
    }
  }

  async close(): Promise<void> {
    this.#readers.clear()
    await this.#file.flush()
  }

  list(): Photo[] {
    return this.#inOrder().map((entry) => this.#photo(entry))
  }

  /** The file behind an id; for the main process only. */
  pathOf(id: string): string {
    return this.#entry(id).path
  }

  has(id: string): boolean {
    return this.#entries.has(id)
  }

  /** Puts files, and the photos in folders, on the shelf. Returns how many were new. */
  async add(paths: readonly string[], signal?: AbortSignal): Promise<number> {
    let added = 0
    let batch: Entry[] = []
    const tell = (): void => {
      if (batch.length > 0)
        this.emit(
          'added',
          batch.map((entry) => this.#photo(entry)),
        )
      batch = []
    }
    for await (const { path } of collectPhotos(
      paths.map((path) => resolve(path)),
      { recursive: true, ...(signal && { signal }) },
    )) {
      if (this.#byPath.has(path)) continue
      const entry: Entry = {
        id: randomBytes(12).toString('base64url'),
        path,
        fingerprint: null,
        width: 0,
        height: 0,
        bytes: 0,
      }
      this.#put(entry)
      this.#read(entry)
      batch.push(entry)
      added += 1
      if (batch.length === 100) tell()
    }
    tell()
    this.#save()
    return added
  }

  remove(ids: readonly string[]): void {
    const gone = ids.filter((id) => this.#entries.has(id))
    for (const id of gone) {
      const entry = this.#entry(id)
      this.#removed.set(id, { entry, place: this.#places.get(id) ?? 0 })
      this.#entries.delete(id)
      this.#byPath.delete(entry.path)
    }
    if (gone.length > 0) this.emit('removed', gone)
    this.#save()
  }

  /** Undoes `remove`. */
  restore(ids: readonly string[]): void {
    const back: Entry[] = []
    for (const id of ids) {
      const { entry, place } = this.#removed.get(id) ?? {}
      if (entry === undefined || this.#byPath.has(entry.path)) continue
      this.#removed.delete(id)
      this.#put(entry, place)
      if (entry.fingerprint === null && entry.failure === undefined) this.#read(entry)
      back.push(entry)
    }
    if (back.length > 0)
      this.emit(
        'added',
        back.map((entry) => this.#photo(entry)),
      )
    this.#save()
  }

  retry(ids: readonly string[]): void {
    for (const id of ids) {
      const entry = this.#entry(id)
      if (!this.#reading.has(id)) this.#read(entry)
    }
  }

  /** The photo's small picture (WebP), made when it is missing or the file has changed since. */
  async thumbnail(id: string): Promise<Buffer> {
    const entry = this.#entry(id)
    const file = this.#thumbnailFile(entry)
    if (file !== null) {
      const kept = await readFile(file).catch(() => null)
      if (kept !== null) return kept
    }
    const picture = await thumbnail(entry.path, thumbnailLongSide)
    if (file !== null) await this.#keep(file, picture)
    return picture
  }

  /** Says what the file was like when looked at; changes when the file does. */
  async fingerprint(id: string): Promise<string> {
    return fingerprintOf(this.#entry(id).path)
  }

  #read(entry: Entry): void {
    this.#reading.add(entry.id)
    void this.#readers.add(async () => {
      // Taken off the shelf while it waited: nothing to do.
      if (this.#entries.get(entry.id) === entry) await this.#readNow(entry)
      this.#reading.delete(entry.id)
      if (this.#entries.get(entry.id) !== entry) return
      this.emit('changed', this.#photo(entry))
      this.#save()
    })
    this.emit('changed', this.#photo(entry))
  }

  async #readNow(entry: Entry): Promise<void> {
    try {
      const info = await inspectPhoto(entry.path)
      entry.fingerprint = await fingerprintOf(entry.path)
      entry.width = info.width
      entry.height = info.height
      entry.bytes = info.bytes
      // Inspection reads the header; only decoding shows that the rest is there.
      const picture = await thumbnail(entry.path, thumbnailLongSide)
      const file = this.#thumbnailFile(entry)
      if (file !== null) await this.#keep(file, picture)
      delete entry.failure
    } catch (thrown) {
      entry.failure = Failure.from(thrown, basename(entry.path)).toData()
    }
  }

  async #keep(file: string, picture: Buffer): Promise<void> {
    try {
      await mkdir(dirname(file), { recursive: true })
      await writeFileAtomic(file, picture, { fsync: false })
    } catch {
      // A thumbnail that cannot be kept (full disk) is made again; the photo is none the worse.
    }
  }

  #thumbnailFile(entry: Entry): string | null {
    return entry.fingerprint === null ? null : join(this.#thumbnails, `${entry.id}-${entry.fingerprint}.webp`)
  }

  #put(entry: Entry, place: number = this.#nextPlace++): void {
    this.#places.set(entry.id, place)
    this.#entries.set(entry.id, entry)
    this.#byPath.set(entry.path, entry.id)
  }

  #inOrder(): Entry[] {
    const place = ({ id }: Entry): number => this.#places.get(id) ?? 0
    return [...this.#entries.values()].sort((a, b) => place(a) - place(b))
  }

  #entry(id: string): Entry {
    const entry = this.#entries.get(id)
    if (entry === undefined) throw new Failure('bad-request', undefined, 'no such photo')
    return entry
  }

  #photo(entry: Entry): Photo {
    return {
      id: entry.id,
      name: basename(entry.path),
      folder: basename(dirname(entry.path)),
      state: this.#reading.has(entry.id) ? 'reading' : entry.failure === undefined ? 'ready' : 'broken',
      width: entry.width,
      height: entry.height,
      bytes: entry.bytes,
      ...(entry.failure === undefined ? {} : { failure: entry.failure }),
    }
  }

  #save(): void {
    this.#file.write({ format: 1, photos: this.#inOrder() })
  }
}

async function fingerprintOf(path: string): Promise<string> {
  const { size, mtimeMs } = await stat(path)
  return `${size.toString(36)}-${Math.round(mtimeMs).toString(36)}`
}
