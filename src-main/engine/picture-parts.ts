/** Rectangles of pictures in memory, as they go between the processes. */
import type { Pixels, Rect } from './protocol.ts'

/** A copy of a rectangle that lies within the picture. */
export function partOf({ width, channels, data }: Pixels, { left, top, right, bottom }: Rect): Pixels {
  const [columns, rows] = [right - left, bottom - top]
  const length = columns * channels
  const part = data instanceof Uint16Array ? new Uint16Array(rows * length) : new Uint8Array(rows * length)
  for (let row = 0; row < rows; row++) {
    const start = ((top + row) * width + left) * channels
    part.set(data.subarray(start, start + length), row * length)
  }
  return { width: columns, height: rows, channels, data: part }
}

/** Writes a part of as many channels and the same depth to its place. */
export function putPart(into: Pixels, { left, top }: Pick<Rect, 'left' | 'top'>, part: Pixels): void {
  const length = part.width * part.channels
  for (let row = 0; row < part.height; row++) {
    const start = ((top + row) * into.width + left) * into.channels
    into.data.set(part.data.subarray(row * length, (row + 1) * length), start)
  }
}
