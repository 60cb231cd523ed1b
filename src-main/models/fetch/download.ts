/** Downloading a file into a part that survives a broken connection and a killed program, and goes on from there. */
import type { FileHandle } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { Failure } from '../../contract/errors.ts'
import type { Progress } from '../../contract/schemas.ts'
import { writeFailure } from '../../photos/failures.ts'
import { validatorOf, type KeptPart, type PartFile, type PartNote } from './part-file.ts'
import { get, systemCodeOf, type RequestContext } from './request.ts'

export interface Wanted {
  readonly address: string
  /** The file's size; about so many bytes where `exactBytes` is false. */
  readonly bytes: number
  readonly exactBytes: boolean
}

export interface DownloadContext extends RequestContext {
  readonly onProgress?: (progress: Progress) => void
}

/** So much longer than about so many bytes a file may be. */
const margin = 1.5
const progressEveryMs = 100

/**
 * Leaves the whole file at `part.whole`. Goes on with what is kept if the server's file is still the same, else begins
 * anew. Throws Failure `server-unreachable`, `proxy-failed`, `download-not-there`, `download-unfit` (another kind or
 * size than was wanted), `disk-full`, `cannot-write`; and, with what has come kept, `download-interrupted`, `cancelled`.
 */
export async function download(wanted: Wanted, part: PartFile, context: DownloadContext): Promise<void> {
  const { subject, signal } = context
  if (await part.isWhole()) return
  for (;;) {
    if (signal?.aborted === true) throw new Failure('cancelled', subject)
    const kept = await part.kept()
    const answer = await get(wanted.address, headersFor(kept), context)
    try {
      const place = placeOf(answer, kept, wanted, context)
      if (place.kind === 'again') {
        await part.discard()
        continue
      }
      const file = place.kind === 'on' ? await part.goOn(place.kept) : await part.begin(place.note)
      await receive(answer, file, place, wanted, context).catch(async (thrown: unknown) => {
        // Too long or too short: going on with it leads nowhere.
        if (thrown instanceof Failure && thrown.code === 'download-unfit') await part.discard()
        throw thrown
      })
    } finally {
      answer.destroy()
    }
    return part.finish()
  }
}

function headersFor(kept: KeptPart | null): Record<string, string> {
  const plain = { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'Solstice' }
  const validator = kept === null ? null : validatorOf(kept.note)
  if (kept === null || validator === null) return plain
  return { ...plain, range: `bytes=${kept.bytes}-`, 'if-range': validator }
}

/** Where the body belongs, if it is the right one: behind what is kept, or in a new part. `again`: what is kept is no good. */
type Place =
  | { readonly kind: 'on'; readonly kept: KeptPart; readonly from: number; readonly total: number | null }
  | { readonly kind: 'anew'; readonly note: PartNote; readonly from: 0; readonly total: number | null }

function placeOf(
  answer: IncomingMessage,
  kept: KeptPart | null,
  wanted: Wanted,
  { subject }: RequestContext,
): Place | { readonly kind: 'again' } {
  const { statusCode: status = 0, headers } = answer
  const unfit = (detail: string): Failure => new Failure('download-unfit', subject, detail)
  if (status === 416 && kept !== null) return { kind: 'again' }
  if (status !== 200 && status !== 206) throw refusal(status, subject)
  if (/^text\/html\b/i.test(headers['content-type'] ?? '')) throw unfit('the server sent a web page')
  if ((headers['content-encoding'] ?? 'identity') !== 'identity')
    throw unfit('the server sent it in another encoding')
  const note: PartNote = {
    address: wanted.address,
    etag: headers.etag ?? null,
    lastModified: headers['last-modified'] ?? null,
    total: status === 206 ? (rangeOf(headers)?.total ?? null) : lengthOf(headers),
  }
  const { total } = note
  if (total !== null && total > mostBytes(wanted)) throw unfit(tooLong(total, wanted))
  if (total !== null && wanted.exactBytes && total !== wanted.bytes) throw unfit(otherSize(total, wanted))
  if (status === 200) return { kind: 'anew', note, from: 0, total }
  if (kept === null) throw unfit('the server sent a part that was not asked for')
  const same = rangeOf(headers)?.from === kept.bytes && isSameFile(note, kept.note)
  return same ? { kind: 'on', kept, from: kept.bytes, total } : { kind: 'again' }
}

/** A server that does not repeat what it was asked by has confirmed it all the same. */
function isSameFile(now: PartNote, before: PartNote): boolean {
  const agree = <Value>(one: Value | null, other: Value | null) =>
    one === null || other === null || one === other
  const { etag, lastModified, total } = now
  return agree(etag, before.etag) && agree(lastModified, before.lastModified) && agree(total, before.total)
}

function refusal(status: number, subject: string): Failure {
  const isTheirs = status >= 500 || status === 429 || status === 408
  return new Failure(isTheirs ? 'server-unreachable' : 'download-not-there', subject, `it answers ${status}`)
}

async function receive(
  answer: IncomingMessage,
  file: FileHandle,
  { from, total }: Place,
  wanted: Wanted,
  context: DownloadContext,
): Promise<void> {
  const { subject, onProgress } = context
  const pace = new Pace(from, total ?? wanted.bytes)
  let done = from
  onProgress?.(pace.at(done))
  try {
    for await (const chunk of bodyOf(answer, context)) {
      if (done + chunk.length > mostBytes(wanted))
        throw new Failure('download-unfit', subject, tooLong(done + chunk.length, wanted))
      await writing(file.writeFile(chunk), subject)
      done += chunk.length
      if (pace.isDue()) onProgress?.(pace.at(done))
    }
    await writing(file.sync(), subject)
  } finally {
    await file.close()
  }
  if (total !== null && done !== total)
    throw new Failure('download-interrupted', subject, `${done} of ${total} bytes came`)
  if (wanted.exactBytes && done !== wanted.bytes)
    throw new Failure('download-unfit', subject, otherSize(done, wanted))
  onProgress?.({ done, total: Math.max(done, 1), etaSeconds: 0 })
}

async function* bodyOf(
  answer: IncomingMessage,
  { subject, signal }: RequestContext,
): AsyncGenerator<Uint8Array> {
  const chunks: AsyncIterator<Uint8Array> = answer[Symbol.asyncIterator]()
  for (;;) {
    const next = await chunks.next().catch((thrown: unknown) => {
      if (thrown instanceof Failure) throw thrown
      if (signal?.aborted === true) throw new Failure('cancelled', subject)
      throw new Failure('download-interrupted', subject, systemCodeOf(thrown), { cause: thrown })
    })
    if (next.done === true) return
    yield next.value
  }
}

async function writing(operation: Promise<unknown>, subject: string): Promise<void> {
  try {
    await operation
  } catch (thrown) {
    throw writeFailure(thrown, subject)
  }
}

/** Progress in bytes, with the time that is left at the pace since this stretch began. */
class Pace {
  readonly #from: number
  readonly #total: number
  readonly #began = performance.now()
  #told = 0

  constructor(from: number, total: number) {
    this.#from = from
    this.#total = total
  }

  isDue(): boolean {
    return performance.now() - this.#told >= progressEveryMs
  }

  at(done: number): Progress {
    this.#told = performance.now()
    const seconds = (this.#told - this.#began) / 1000
    const came = done - this.#from
    const left = Math.max(0, this.#total - done)
    const total = Math.max(this.#total, done, 1)
    return { done, total, etaSeconds: came > 0 && seconds > 0 ? (left * seconds) / came : null }
  }
}

const mostBytes = ({ bytes, exactBytes }: Wanted): number => (exactBytes ? bytes : Math.ceil(bytes * margin))

const tooLong = (bytes: number, wanted: Wanted): string =>
  `it has ${bytes} bytes or more, at most ${mostBytes(wanted)} are taken`

const otherSize = (bytes: number, wanted: Wanted): string => `it has ${bytes} bytes, not ${wanted.bytes}`

function lengthOf(headers: IncomingMessage['headers']): number | null {
  const length = headers['content-length']
  return length !== undefined && /^\d{1,15}$/.test(length) ? Number(length) : null
}

/** `Content-Range: bytes 100-199/200` */
function rangeOf(headers: IncomingMessage['headers']): { from: number; total: number | null } | null {
  const [, from, total] =
    /^bytes (\d{1,15})-\d{1,15}\/(\d{1,15}|\*)$/.exec(headers['content-range'] ?? '') ?? []
  if (from === undefined) return null
  return { from: Number(from), total: total === undefined || total === '*' ? null : Number(total) }
}
