/** Work on a photo some rows at a time, so that other work of this process goes on in between. */
import { setImmediate } from 'node:timers/promises'
import { Failure } from '../contract/errors.ts'
import type { Pixels } from '../engine/protocol.ts'

/** Whoever else works in this process waits no longer than for so many samples: some hundredths of a second. */
const samplesAtOnce = 2 ** 21

/** `work` gets the samples of some rows, as part of the photo's own array, and the first row's number. Throws `cancelled`. */
export async function eachRows(
  { width, height, channels, data }: Pixels,
  signal: AbortSignal | undefined,
  work: (rows: Pixels['data'], first: number) => void,
): Promise<void> {
  const samplesPerRow = width * channels
  const rowsAtOnce = Math.max(1, Math.floor(samplesAtOnce / samplesPerRow))
  for (let first = 0; first < height; first += rowsAtOnce) {
    if (signal?.aborted) throw new Failure('cancelled')
    const end = Math.min(height, first + rowsAtOnce)
    work(data.subarray(first * samplesPerRow, end * samplesPerRow), first)
    await setImmediate()
  }
}
