/** Mean and variance of each channel over a picture that comes in parts. */

export interface ChannelStatistics {
  readonly mean: Float32Array
  /** Biased. Infinite where a channel is the same everywhere: normalised it is 0, and not its rounding enlarged. */
  readonly variance: Float32Array
}

/**
 * Of 1 + mean²: single precision rounds by about 1e-6 of a value, and a norm would enlarge that 300 times, layer after
 * layer. What is left out is below a thousandth of a usual value behind a norm.
 */
const rounding = 1e-11

export class StatisticsSum {
  readonly #sums: Float64Array
  readonly #squares: Float64Array
  #count = 0

  constructor(channels: number) {
    this.#sums = new Float64Array(channels)
    this.#squares = new Float64Array(channels)
  }

  /** Adds of every channel, which are `plane` values long each, those from `from` up to `to`. */
  add(data: Float32Array, plane: number, from: number, to: number, weight: number): void {
    for (let channel = 0; channel < this.#sums.length; channel++) {
      let sum = 0
      let squares = 0
      const end = channel * plane + to
      for (let i = channel * plane + from; i < end; i++) {
        const value = data[i] ?? 0
        sum += value
        squares += value * value
      }
      this.#sums[channel] = (this.#sums[channel] ?? 0) + weight * sum
      this.#squares[channel] = (this.#squares[channel] ?? 0) + weight * squares
    }
    this.#count += weight * (to - from)
  }

  /** Of what was added so far; that must be something. */
  result(): ChannelStatistics {
    const mean = this.#sums.map((sum) => sum / this.#count)
    const variance = this.#squares.map((sum, i) => {
      const square = (mean[i] ?? 0) ** 2
      const spread = sum / this.#count - square
      return spread > rounding * (1 + square) ? spread : Infinity
    })
    return { mean: Float32Array.from(mean), variance: Float32Array.from(variance) }
  }
}
