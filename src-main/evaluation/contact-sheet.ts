/**
 * A contact sheet: a row for each of a few pictures, x, G(x) and F(G(x)) from left to right; those of A in the left half
 * and those of B in the right one, for which it is y, F(y) and G(F(y)).
 */
import { join } from 'node:path'
import { underFreeName } from '../export/free-name.ts'
import { slug } from '../export/names.ts'
import { makeFolder } from '../export/write-photo.ts'
import type { Pixels } from '../engine/protocol.ts'
import { fit } from '../photos/decode.ts'
import { encodePhoto } from '../photos/encode.ts'
import type { RgbPicture } from './features/lab.ts'
import { resized } from './features/scale.ts'
import type { SheetRow } from './picture-figures.ts'
import { sides, type OfSides, type Side } from './sides.ts'

/** Pixels. */
const tile = 256
const gap = 8
const quality = 92
const white = 255

export const sheetRows = 6

export class ContactSheet {
  readonly #rows: OfSides<Map<number, readonly RgbPicture[]>> = { a: new Map(), b: new Map() }

  async add(side: Side, place: number, { x, translated, reconstructed }: SheetRow): Promise<void> {
    const pictures = [x, translated, ...(reconstructed ? [reconstructed] : [])]
    const size = fit({ width: x.width, height: x.height }, tile)
    this.#rows[side].set(place, await Promise.all(pictures.map((picture) => resized(picture, size))))
  }

  /** Null while there is nothing to show. */
  picture(): Pixels | null {
    const halves = sides
      .map((side) => [...this.#rows[side]].toSorted(([a], [b]) => a - b).map(([, row]) => row))
      .filter((rows) => rows.length > 0)
    const columnsOf = (rows: (typeof halves)[number]): number => Math.max(...rows.map((row) => row.length))
    const columns = halves.reduce((sum, rows) => sum + columnsOf(rows), 0)
    const rowCount = Math.max(0, ...halves.map((rows) => rows.length))
    if (columns === 0) return null
    // The halves are set apart by a gap of its own.
    const width = gap + columns * (tile + gap) + (halves.length - 1) * gap
    const height = gap + rowCount * (tile + gap)
    const data = new Uint8Array(3 * width * height).fill(white)
    let left = gap
    for (const rows of halves) {
      for (const [index, row] of rows.entries())
        for (const [column, picture] of row.entries())
          put(data, width, picture, left + column * (tile + gap), gap + index * (tile + gap))
      left += columnsOf(rows) * (tile + gap) + gap
    }
    return { width, height, channels: 3, data }
  }

  /**
   * Writes the sheet into a folder, under a name that is free; null where there is nothing to show. Throws `Failure`:
   * `disk-full`, `cannot-write`, `cancelled`.
   */
  async write(folder: string, modelId: string, signal?: AbortSignal): Promise<string | null> {
    const picture = this.picture()
    if (picture === null) return null
    await makeFolder(folder)
    return underFreeName(join(folder, `${slug(modelId)}-contact-sheet.jpg`), async (target) => {
      await encodePhoto(picture, target, { format: 'jpeg', quality }, { signal })
      return target
    })
  }
}

/** In the middle of its tile. */
function put(sheet: Uint8Array, sheetWidth: number, picture: RgbPicture, left: number, top: number): void {
  const x = left + Math.floor((tile - picture.width) / 2)
  const y = top + Math.floor((tile - picture.height) / 2)
  const length = 3 * picture.width
  for (let row = 0; row < picture.height; row++)
    sheet.set(picture.data.subarray(row * length, (row + 1) * length), 3 * ((y + row) * sheetWidth + x))
}
