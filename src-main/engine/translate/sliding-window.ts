/** Means over square windows around each pixel, row after row, with memory for the rows of one window alone. */

/**
 * Windows reach `radius` pixels to each side and are cut off at the picture's edges. Rows enter from the top; with
 * the row y + radius in, `means` gives the means around row y. A row has `count` values a pixel, pixel after pixel.
 */
export class SlidingWindow {
  readonly #width: number
  readonly #radius: number
  readonly #count: number
  readonly #rows: Float64Array[]
  /** Of each column of the window. */
  readonly #sums: Float64Array
  #steps = 0
  #rowsInside = 0

  constructor(width: number, radius: number, count: number) {
    this.#width = width
    this.#radius = radius
    this.#count = count
    this.#rows = Array.from({ length: 2 * radius + 1 }, () => new Float64Array(width * count))
    this.#sums = new Float64Array(width * count)
  }

  /**
   * Moves one row down: the row that the window leaves behind leaves, and the next one, all of whose values `fill`
   * writes, enters; below the last row none does.
   */
  advance(fill?: (row: Float64Array) => void): void {
    // The row that leaves lies a whole window above the one that enters: it has the same place.
    const row = this.#rows[this.#steps % this.#rows.length] ?? new Float64Array(0)
    const sums = this.#sums
    if (this.#steps >= this.#rows.length) {
      for (let i = 0; i < row.length; i++) sums[i] = (sums[i] ?? 0) - (row[i] ?? 0)
      this.#rowsInside--
    }
    this.#steps++
    if (fill === undefined) return
    fill(row)
    for (let i = 0; i < row.length; i++) sums[i] = (sums[i] ?? 0) + (row[i] ?? 0)
    this.#rowsInside++
  }

  /** Writes the means around each pixel of the row in the middle. */
  means(into: Float64Array): void {
    const sums = this.#sums
    const [width, radius, count] = [this.#width, this.#radius, this.#count]
    const running = new Float64Array(count)
    for (let x = -radius; x < width; x++) {
      if (x + radius < width) {
        const entering = (x + radius) * count
        for (let i = 0; i < count; i++) running[i] = (running[i] ?? 0) + (sums[entering + i] ?? 0)
      }
      if (x > radius) {
        const leaving = (x - radius - 1) * count
        for (let i = 0; i < count; i++) running[i] = (running[i] ?? 0) - (sums[leaving + i] ?? 0)
      }
      if (x < 0) continue
      const columns = Math.min(x + radius, width - 1) - Math.max(x - radius, 0) + 1
      const share = 1 / (this.#rowsInside * columns)
      for (let i = 0; i < count; i++) into[x * count + i] = (running[i] ?? 0) * share
    }
  }
}
