/**
 * Puts a picture together from its tiles, row after row. Each tile's own part is handed over as soon as it is finished;
 * of what came before, only the pixels that fade into a later tile are kept.
 */
import type { Rect, Tensor } from '../protocol.ts'
import type { TileGrid } from './tiles.ts'

/** A rectangle of a tensor [1, channels, height, width], copied. */
export function cut({ shape, data }: Tensor, { left, top, right, bottom }: Rect): Tensor {
  const [, channels, height, width] = shape
  const [rows, columns] = [bottom - top, right - left]
  const part = new Float32Array(channels * rows * columns)
  for (let row = 0; row < channels * rows; row++) {
    const from = (Math.floor(row / rows) * height + top + (row % rows)) * width + left
    part.set(data.subarray(from, from + columns), row * columns)
  }
  return { shape: [1, channels, rows, columns], data: part }
}

/** Writes a tensor [1, channels, height, width] into a larger one of as many channels. */
export function paste(part: Tensor, left: number, top: number, into: Tensor): void {
  const [, channels, rows, columns] = part.shape
  const [, , height, width] = into.shape
  for (let row = 0; row < channels * rows; row++) {
    const to = (Math.floor(row / rows) * height + top + (row % rows)) * width + left
    into.data.set(part.data.subarray(row * columns, (row + 1) * columns), to)
  }
}

/**
 * `run` gives the translation of a tile, [1, 3, height, width]; `emit` gets finished parts, which together are the
 * picture. What either throws ends the work.
 */
export async function blendTiles(
  { columns, rows, overlap: { blend } }: TileGrid,
  run: (tile: Rect) => Promise<Tensor>,
  emit: (part: Rect, values: Tensor) => void,
): Promise<void> {
  const width = columns.at(-1)?.end ?? 0
  /** The last rows of the row of tiles above. */
  let above: Tensor | null = null
  for (const row of rows) {
    const isLastRow = row === rows.at(-1)
    const below: Tensor | null = isLastRow ? null : empty(blend, width)
    let before: Tensor | null = null
    for (const column of columns) {
      const tile = { left: column.start, top: row.start, right: column.end, bottom: row.end }
      const values = await run(tile)
      const top = row.ownStart - row.start
      const bottom = row.ownEnd - row.start + (isLastRow ? 0 : blend)
      const [left, right] = [column.ownStart - column.start, column.ownEnd - column.start]
      const part = cut(values, { left, top, right, bottom })
      if (before) fade(before, part, 'columns')
      before =
        column === columns.at(-1) ? null : cut(values, { left: right, top, right: right + blend, bottom })
      const own = { left: column.ownStart, top: row.ownStart, right: column.ownEnd, bottom: row.ownEnd }
      const [partWidth, partHeight] = [own.right - own.left, own.bottom - own.top]
      const finished = below ? cut(part, { left: 0, top: 0, right: partWidth, bottom: partHeight }) : part
      if (above)
        fade(cut(above, { left: own.left, top: 0, right: own.right, bottom: blend }), finished, 'rows')
      if (below) {
        const last = { left: 0, top: partHeight, right: partWidth, bottom: partHeight + blend }
        paste(cut(part, last), own.left, 0, below)
      }
      emit(own, finished)
    }
    above = below
  }
}

function empty(height: number, width: number): Tensor {
  return { shape: [1, 3, height, width], data: new Float32Array(3 * height * width) }
}

/** Lets the first columns or rows of `into` begin as `from` and end as they are. */
function fade(from: Tensor, into: Tensor, along: 'columns' | 'rows'): void {
  const [, channels, rows, columns] = from.shape
  const [, , height, width] = into.shape
  const length = along === 'columns' ? columns : rows
  for (let row = 0; row < channels * rows; row++) {
    const y = row % rows
    const start = (Math.floor(row / rows) * height + y) * width
    for (let x = 0; x < columns; x++) {
      const share = ((along === 'columns' ? x : y) + 0.5) / length
      const old = from.data[row * columns + x] ?? 0
      into.data[start + x] = old + share * ((into.data[start + x] ?? 0) - old)
    }
  }
}
