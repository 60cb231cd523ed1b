/** What the terminal says: results on stdout, all talk on stderr, a progress bar where a person watches. */
import { Presets, SingleBar } from 'cli-progress'
import { errorReport } from '../contract/error-text.ts'
import type { Failure, FailureData } from '../contract/errors.ts'
import type { Progress } from '../contract/schemas.ts'

/** The terminal speaks English, as its commands do. */
const locale = 'en'

export const exitCodes = { ok: 0, someFailed: 1, wrongUsage: 2, interrupted: 130 } as const

/** One line on stdout: as it is into a file or a pipe, without control characters before a person's eyes. */
export function result(text: string): void {
  process.stdout.write(`${process.stdout.isTTY ? printable(text) : text}\n`)
}

export function resultJson(value: unknown): void {
  result(JSON.stringify(value))
}

export function say(text: string): void {
  process.stderr.write(`${printable(text)}\n`)
}

/** A file's name may carry escape sequences; only line breaks of our own pass. */
const printable = (text: string): string => text.replace(/(?!\n)\p{Cc}/gu, '\ufffd')

/** Calls back when who reads stdout or stderr has left (`… | head -1`); without that the process would die of it. */
export function onOutputClosed(callback: () => void): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', callback)
}

/** The sentence that the window shows for it, too, with the technical reason behind. */
export const sentence = (failure: FailureData | Failure): string => errorReport(asData(failure), locale)

const asData = (failure: FailureData | Failure): FailureData =>
  'toData' in failure ? failure.toData() : failure

export function duration(seconds: number): string {
  const whole = Math.ceil(seconds)
  if (whole < 60) return `${whole} s`
  const minutes = Math.floor(whole / 60)
  return minutes < 60 ? `${minutes} min ${whole % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

export interface ProgressLine {
  readonly update: (progress: Progress) => void
  /** A line of its own above the bar, on stderr. */
  readonly note: (text: string) => void
  /** The same on stdout. */
  readonly result: (text: string) => void
  readonly stop: () => void
}

const wholeNumbers = ({ done, total }: Progress): string => `${Math.floor(done)} of ${total}`

/** For progress in bytes. */
export const megabytes = ({ done, total }: Progress): string =>
  `${(done / 1e6).toFixed(1)} of ${(total / 1e6).toFixed(1)} MB`

/** A bar on a terminal; elsewhere only the notes. `count` says how far it is in words. */
export function progressLine(count = wholeNumbers): ProgressLine {
  if (!process.stderr.isTTY) return { update: () => undefined, note: say, result, stop: () => undefined }
  const bar = new SingleBar(
    {
      format: ' {bar} {count}  {detail}  {left}',
      hideCursor: true,
      clearOnComplete: true,
      stream: process.stderr,
    },
    Presets.shades_classic,
  )
  bar.start(1, 0, { count: '', detail: '', left: '' })
  const clearLine = (): boolean => process.stderr.write('\r\u001b[K')
  return {
    update: (progress) => {
      const { done, total, etaSeconds, detail } = progress
      bar.setTotal(total)
      bar.update(done, {
        count: count(progress),
        detail: printable(detail ?? ''),
        left: etaSeconds === null ? '' : `${duration(etaSeconds)} left`,
      })
    },
    note: (text) => {
      clearLine()
      say(text)
    },
    result: (text) => {
      clearLine()
      result(text)
    },
    stop: () => bar.stop(),
  }
}
