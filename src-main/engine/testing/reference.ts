/** For tests: the operators written as their definitions, slowly, one value after the other. */
import type { Tensor, WeightTensor } from '../protocol.ts'

type Kernel = Pick<WeightTensor, 'shape' | 'data'>

function map(shape: Tensor['shape'], value: (n: number, c: number, y: number, x: number) => number): Tensor {
  const [batch, channels, height, width] = shape
  const data = Float32Array.from({ length: batch * channels * height * width }, (_, i) => {
    const row = Math.floor(i / width)
    const plane = Math.floor(row / height)
    return value(Math.floor(plane / channels), plane % channels, row % height, i % width)
  })
  return { shape, data }
}

/** A value of a tensor, 0 outside. */
function at(
  { shape: [, channels, height, width], data }: Tensor,
  n: number,
  c: number,
  y: number,
  x: number,
): number {
  if (y < 0 || x < 0 || y >= height || x >= width) return 0
  return data[((n * channels + c) * height + y) * width + x] ?? Number.NaN
}

function sum(count: number, term: (i: number) => number): number {
  let total = 0
  for (let i = 0; i < count; i++) total += term(i)
  return total
}

export function convolve(x: Tensor, weight: Kernel, bias: Kernel, stride: number, padding: number): Tensor {
  const [out = 0, into = 0, kh = 0, kw = 0] = weight.shape
  const [batch, , height, width] = x.shape
  const size = (n: number, k: number) => Math.floor((n + 2 * padding - k) / stride) + 1
  return map([batch, out, size(height, kh), size(width, kw)], (n, o, i, j) => {
    const sums = sum(into * kh * kw, (tap) => {
      const [c, ky, kx] = [Math.floor(tap / (kh * kw)), Math.floor(tap / kw) % kh, tap % kw]
      return (
        (weight.data[o * into * kh * kw + tap] ?? 0) *
        at(x, n, c, i * stride + ky - padding, j * stride + kx - padding)
      )
    })
    return (bias.data[o] ?? 0) + sums
  })
}

/** Every input pixel adds the kernel to the output, `stride` apart. */
export function convolveTransposed(
  x: Tensor,
  weight: Kernel,
  bias: Kernel,
  { stride, padding, outputPadding }: { stride: number; padding: number; outputPadding: number },
): Tensor {
  const [into = 0, out = 0, kh = 0, kw = 0] = weight.shape
  const [batch, , height, width] = x.shape
  const size = (n: number, k: number) => (n - 1) * stride - 2 * padding + k + outputPadding
  return map([batch, out, size(height, kh), size(width, kw)], (n, o, y, xx) => {
    const sums = sum(into * kh * kw, (tap) => {
      const [c, ky, kx] = [Math.floor(tap / (kh * kw)), Math.floor(tap / kw) % kh, tap % kw]
      const [i, j] = [(y + padding - ky) / stride, (xx + padding - kx) / stride]
      if (!Number.isInteger(i) || !Number.isInteger(j)) return 0
      return (weight.data[((c * out + o) * kh + ky) * kw + kx] ?? 0) * at(x, n, c, i, j)
    })
    return (bias.data[o] ?? 0) + sums
  })
}

export function mirror(x: Tensor, padding: number): Tensor {
  const [batch, channels, height, width] = x.shape
  const inside = (i: number, size: number) => {
    const from = Math.abs(i - padding)
    return from < size ? from : 2 * (size - 1) - from
  }
  return map([batch, channels, height + 2 * padding, width + 2 * padding], (n, c, i, j) =>
    at(x, n, c, inside(i, height), inside(j, width)),
  )
}

export interface Place {
  readonly down: number
  readonly right: number
}

/** Each picture of the batch moved by its own place; zeros where nothing comes from. */
export function move(x: Tensor, places: readonly Place[]): Tensor {
  return map(x.shape, (n, c, i, j) => {
    const { down = Number.NaN, right = Number.NaN } = places[n] ?? {}
    return at(x, n, c, i - down, j - right)
  })
}

/** Zeros in a square of `length` pixels that begins at its own place in each picture. */
export function cut(x: Tensor, places: readonly Place[], length: number): Tensor {
  return map(x.shape, (n, c, i, j) => {
    const { down = Number.NaN, right = Number.NaN } = places[n] ?? {}
    const isOut = i < down || i >= down + length || j < right || j >= right + length
    return isOut ? at(x, n, c, i, j) : 0
  })
}

export function normalise(x: Tensor, epsilon: number): Tensor {
  const [, , height, width] = x.shape
  const area = height * width
  return map(x.shape, (n, c, i, j) => {
    const value = (at_: number) => at(x, n, c, Math.floor(at_ / width), at_ % width)
    const mean = sum(area, value) / area
    const variance = sum(area, (k) => (value(k) - mean) ** 2) / area
    return (at(x, n, c, i, j) - mean) / Math.sqrt(variance + epsilon)
  })
}
