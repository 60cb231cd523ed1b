/** Sizes of values: numbers, or simple multiples of a size that is known only when the graph runs. */

/**
 * One size: a number, or `times · (symbol / multipleOf) + plus`, where the symbol (such as `height`) stands for any
 * positive multiple of `multipleOf`.
 */
export type Dimension = number | SymbolicDimension

export interface SymbolicDimension {
  readonly symbol: string
  readonly multipleOf: number
  readonly times: number
  readonly plus: number
}

/** Of a picture: [batch, channels, height, width]; of a convolution's weight: [out, in, height, width]. */
export type Shape = readonly Dimension[]

/** A size left open until the graph runs; it will be a multiple of `multipleOf`. */
export function symbolic(symbol: string, multipleOf = 1): SymbolicDimension {
  return { symbol, multipleOf, times: multipleOf, plus: 0 }
}

export function sameDimension(a: Dimension, b: Dimension): boolean {
  if (typeof a === 'number' || typeof b === 'number') return a === b
  return a.symbol === b.symbol && a.multipleOf === b.multipleOf && a.times === b.times && a.plus === b.plus
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => sameDimension(size, b[axis] ?? Number.NaN))
}

/** `factor · size + offset`. */
export function scaled(size: Dimension, factor: number, offset: number): Dimension {
  if (typeof size === 'number') return factor * size + offset
  return { ...size, times: factor * size.times, plus: factor * size.plus + offset }
}

/** `⌊size / divisor⌋`; throws if a symbolic size does not divide for every value of its symbol. */
export function dividedDown(size: Dimension, divisor: number): Dimension {
  if (typeof size === 'number') return Math.floor(size / divisor)
  if (size.times % divisor !== 0) throw new Error(`${describe(size)} is not always divisible by ${divisor}`)
  return { ...size, times: size.times / divisor, plus: Math.floor(size.plus / divisor) }
}

/** As a person writes it: `64`, `height`, `height/2`, `height/8-2`. */
export function describe(size: Dimension): string {
  if (typeof size === 'number') return String(size)
  const { symbol, multipleOf, times, plus } = size
  const ratio = times / multipleOf
  const scale = ratio === 1 ? symbol : ratio > 1 ? `${symbol}*${ratio}` : `${symbol}/${multipleOf / times}`
  return plus === 0 ? scale : `${scale}${plus > 0 ? '+' : ''}${plus}`
}

export function describeShape(shape: Shape): string {
  return `[${shape.map(describe).join(', ')}]`
}
