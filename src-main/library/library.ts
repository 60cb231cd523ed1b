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
import { Failure } from '../contract/errors.ts'
import type { Photo } from '../contract/schemas.ts'
import { collectPhotos } from '../photos/collect.ts'
import { inspectPhoto } from '../photos/inspect.ts'
import { thumbnail } from '../photos/thumbnail.ts'
import { JsonFile } from '../storage/json-file.ts'
import type { StorageHealth } from '../storage/storage-health.ts'
import { Presence } from './presence.ts'
import { mendShelf, shelfSchema, soundEntries, type ShelfEntry } from './shelf-file.ts'

const thumbnailLongSide = 512
/** Decoding uses several threads by itself; more photos at once only cost memory. */
const readersAtOnce = 2
/** New photos are told in lots, so that a large folder does not flood the window. */
const photosPerTelling = 100

interface LibraryEvents {
  added: [photos: readonly Photo[]]
  changed: [photo: Photo]
  removed: [ids: readonly string[]]
  /** What was removed is back; `added` has told it, too. */
  restored: [ids: readonly string[]]
  /** Photos whose files are not there, or are there again. */
  presence: [ids: readonly string[], missing: boolean]
}

export class Library extends EventEmitter<LibraryEvents> {
  readonly #file: JsonFile<typeof shelfSchema>
  readonly #thumbnails: string
  readonly #entries = new Map<string, ShelfEntry>()
  readonly #byPath = new Map<string, string>()
  /** In which order the photos were added. */
  readonly #places = new Map<string, number>()
  #nextPlace = 0
  /** What was taken off the shelf in this run, so that it can be put back. */
  readonly #removed = new Map<string, ShelfEntry>()
  readonly #reading = new Set<string>()
  readonly #readers = new PQueue({ concurrency: readersAtOnce })
  readonly #presence = new Presence()
  #isWhole = true
  #closed = false

  constructor(folder: { readonly library: string; readonly thumbnails: string }, health?: StorageHealth) {
    super()
    this.#file = new JsonFile(folder.library, shelfSchema, { mend: mendShelf, ...(health && { health }) })
    this.#thumbnails = folder.thumbnails
  }

  /** False when a part of what was open could not be found again: then nothing may be cleared away as forgotten. */
  get isWhole(): boolean {
    return this.#isWhole
  }

  /** Finds again what was open. What was not read to the end the last time is read now. */
  async open(): Promise<void> {
    const { photos, incomplete } = (await this.#file.read()) ?? { photos: [] }
    const entries = soundEntries(photos)
    this.#isWhole = !this.#file.wasDamaged && incomplete !== true && entries.length === photos.length
    for (const entry of entries) {
      this.#put(entry)
      if (entry.fingerprint === null && entry.failure === undefined) this.#read(entry)
    }
    if (this.#file.wasDamaged) this.#save()
  }

  /**
   * Looks at all files; those that have changed since they were read are read again. With thousands of photos, or a
   * slow drive, that takes a while, so it is not a part of `open`. Resolves when all were looked at.
   */
  async lookForChanges(): Promise<void> {
    for (const entry of [...this.#entries.values()]) {
      if (this.#closed) return
      await this.#readIfChanged(entry)
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#readers.clear()
    await this.#readers.onIdle()
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
    return (await this.take(paths, signal)).added
  }

  /** Does what `add` does; returns the ids of all that was named, new or known, too. */
  async take(
    paths: readonly string[],
    signal?: AbortSignal,
  ): Promise<{ readonly added: number; readonly ids: readonly string[] }> {
    const ids = new Set<string>()
    let added = 0
    let lot: ShelfEntry[] = []
    const tell = (): void => {
      if (lot.length > 0) this.#tellAdded(lot)
      lot = []
    }
    const named = paths.map((path) => resolve(path))
    for await (const { path } of collectPhotos(named, { recursive: true, ...(signal && { signal }) })) {
      const known = this.#byPath.get(path)
      if (known !== undefined) {
        ids.add(known)
        const entry = this.#entry(known)
        void this.#readers.add(() => this.#readIfChanged(entry))
        continue
      }
      const entry = this.#takeUp(path)
      ids.add(entry.id)
      lot.push(entry)
      added += 1
      if (lot.length === photosPerTelling) tell()
    }
    tell()
    if (added > 0) this.#save()
    return { added, ids: [...ids] }
  }

  /** The ids of those files that are on the shelf. */
  idsOf(paths: readonly string[]): string[] {
    return paths.flatMap((path) => this.#byPath.get(resolve(path)) ?? [])
  }

  remove(ids: readonly string[]): void {
    const gone = ids.filter((id) => this.#entries.has(id))
    for (const id of gone) {
      const entry = this.#entry(id)
      this.#removed.set(id, entry)
      this.#entries.delete(id)
      this.#byPath.delete(entry.path)
    }
    if (gone.length === 0) return
    this.emit('removed', gone)
    this.#save()
  }

  /** Undoes `remove`: the photos are back in their places. */
  restore(ids: readonly string[]): void {
    const back: ShelfEntry[] = []
    for (const id of ids) {
      const entry = this.#removed.get(id)
      if (entry === undefined || this.#byPath.has(entry.path)) continue
      this.#putBack(entry)
      back.push(entry)
    }
    if (back.length === 0) return
    this.#tellAdded(back)
    const restored = back.map(({ id }) => id)
    this.emit('restored', restored)
    this.#save()
  }

  /** Reads photos again; those that are gone meanwhile are passed over. */
  retry(ids: readonly string[]): void {
    for (const id of ids) {
      const entry = this.#entries.get(id)
      if (entry === undefined || this.#reading.has(id)) continue
      this.#read(entry)
      this.emit('changed', this.#photo(entry))
    }
  }

  /** Looks whether the files of all photos, or of those in folders that have come or gone, are there. */
  async lookForFiles(which: 'all' | 'of-changed-folders'): Promise<void> {
    const { gone, back } = await this.#presence.look([...this.#entries.values()], which)
    const ids = (entries: readonly ShelfEntry[]) => entries.map(({ id }) => id)
    if (gone.length > 0) this.emit('presence', ids(gone), true)
    if (back.length > 0) this.emit('presence', ids(back), false)
    for (const entry of back) {
      if (entry.failure?.code === 'file-not-found') this.retry([entry.id])
      else void this.#readers.add(() => this.#readIfChanged(entry))
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

  /** Says what the file is like now; where it is gone, what it was like when it was last read. */
  async fingerprint(id: string): Promise<string> {
    const entry = this.#entry(id)
    return (await fingerprintOf(entry.path)) ?? entry.fingerprint ?? 'unread'
  }

  /** A path that is not on the shelf: the photo that was there before, or a new one. */
  #takeUp(path: string): ShelfEntry {
    const before = [...this.#removed.values()].find((entry) => entry.path === path)
    if (before !== undefined) {
      this.#places.delete(before.id)
      this.#putBack(before)
      return before
    }
    const id = randomBytes(12).toString('base64url')
    const entry: ShelfEntry = { id, path, fingerprint: null, width: 0, height: 0, bytes: 0 }
    this.#put(entry)
    this.#read(entry)
    return entry
  }

  #putBack(entry: ShelfEntry): void {
    this.#removed.delete(entry.id)
    this.#put(entry)
    void this.#readers.add(() => this.#readIfChanged(entry))
  }

  /** A look at the file, and a second reading where it is not the one that was read. */
  async #readIfChanged(entry: ShelfEntry): Promise<void> {
    if (entry.failure !== undefined || this.#reading.has(entry.id)) return
    const now = await fingerprintOf(entry.path)
    // A file that is gone may be on a drive that is not plugged in: what is known of it stays.
    if (now === entry.fingerprint || (now === null && entry.fingerprint !== null)) return
    if (this.#closed || this.#entries.get(entry.id) !== entry) return
    this.#read(entry)
    this.emit('changed', this.#photo(entry))
  }

  #read(entry: ShelfEntry): void {
    this.#reading.add(entry.id)
    void this.#readers.add(async () => {
      // Taken off the shelf while it waited: nothing to do.
      if (this.#entries.get(entry.id) === entry) await this.#readNow(entry)
      this.#reading.delete(entry.id)
      if (this.#entries.get(entry.id) !== entry) return
      this.emit('changed', this.#photo(entry))
      this.#save()
    })
  }

  async #readNow(entry: ShelfEntry): Promise<void> {
    try {
      const fingerprint = await fingerprintOf(entry.path)
      const info = await inspectPhoto(entry.path)
      entry.width = info.width
      entry.height = info.height
      entry.bytes = info.bytes
      entry.fingerprint = fingerprint
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

  #thumbnailFile(entry: ShelfEntry): string | null {
    return entry.fingerprint === null ? null : join(this.#thumbnails, `${entry.id}-${entry.fingerprint}.webp`)
  }

  #put(entry: ShelfEntry): void {
    this.#entries.set(entry.id, entry)
    this.#byPath.set(entry.path, entry.id)
    if (!this.#places.has(entry.id)) this.#places.set(entry.id, this.#nextPlace++)
  }

  #inOrder(): ShelfEntry[] {
    const place = ({ id }: ShelfEntry): number => this.#places.get(id) ?? 0
    return [...this.#entries.values()].sort((a, b) => place(a) - place(b))
  }

  #entry(id: string): ShelfEntry {
    const entry = this.#entries.get(id)
    if (entry === undefined) throw new Failure('bad-request', undefined, 'no such photo')
    return entry
  }

  #photo(entry: ShelfEntry): Photo {
    return {
      id: entry.id,
      name: basename(entry.path),
      folder: basename(dirname(entry.path)),
      state: this.#reading.has(entry.id) ? 'reading' : entry.failure === undefined ? 'ready' : 'broken',
      width: entry.width,
      height: entry.height,
      bytes: entry.bytes,
      missing: this.#presence.isMissing(entry.id),
      ...(entry.failure === undefined ? {} : { failure: entry.failure }),
    }
  }

  #tellAdded(entries: readonly ShelfEntry[]): void {
    this.emit(
      'added',
      entries.map((entry) => this.#photo(entry)),
    )
  }

  #save(): void {
    this.#file.write(() => ({
      format: 1,
      ...(!this.#isWhole && { incomplete: true }),
      photos: this.#inOrder(),
    }))
  }
}

/** Null where there is no such file. */
async function fingerprintOf(path: string): Promise<string | null> {
  const found = await stat(path).catch(() => null)
  return found === null ? null : `${found.size.toString(36)}-${Math.round(found.mtimeMs).toString(36)}`
}
