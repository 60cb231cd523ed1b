/**
 * The numbers that a network's convolutions take and give on a photo: what computing in 8 bits needs to know beforehand
 * (static quantisation; Jacob et al., CVPR 2018, section 2).
 */
import type { Graph, Node, ValueId } from '../graph/graph.ts'
import type { Range, Ranges } from '../protocol.ts'
import type { ShapedValues } from '../runtimes/runtime.ts'

/** Of fewer channels a convolution is quick as it is. */
const fewestChannels = 16

/** By this share ranges are widened: crops do not see a photo's last extremes, and a number beyond is cut off. */
const margin = 0.2

/**
 * The convolutions that are worth computing in 8 bits. Those that enlarge are not: they take what all residual blocks
 * have summed up, and lose 10 dB of 50 while they gain a quarter.
 */
export function quantisable(graph: Graph): readonly Node[] {
  const shapes = new Map(graph.parameters.map(({ name, shape }) => [name, shape]))
  return graph.nodes.filter(({ operator, inputs }) => {
    const [out = 0, into = 0] = shapes.get(inputs[1] ?? '') ?? []
    return operator.kind === 'convolution' && Math.min(out, into) >= fewestChannels
  })
}

/** What these convolutions take and give. */
export function valuesOf(convolutions: readonly Node[]): readonly ValueId[] {
  return convolutions.flatMap(({ name, inputs: [x = ''] }) => [x, name])
}

/** Widens ranges by what it is shown. */
export class RangeFinder {
  readonly #found = new Map<ValueId, { taken: Widening; given: Widening[] }>()

  /** `values` has what the convolutions take and give, each [1, channels, height, width]. Throws where one is missing. */
  add(convolutions: readonly Node[], values: ShapedValues): void {
    for (const {
      name,
      inputs: [x = ''],
    } of convolutions) {
      const [taken, given] = [values[x], values[name]]
      if (!taken || !given) throw new Error(`The stage gave no ${taken ? name : x}`)
      const [, channels = 1, height = 1, width = 1] = given.shape
      const plane = height * width
      const known = this.#found.get(name) ?? {
        taken: { ...nothing },
        given: Array.from({ length: channels }, () => ({ ...nothing })),
      }
      this.#found.set(name, known)
      widen(known.taken, taken.data)
      known.given.forEach((range, c) => widen(range, given.data.subarray(c * plane, (c + 1) * plane)))
    }
  }

  /** With a margin. */
  result(): Ranges {
    const wider = ({ min, max }: Range): Range => {
      const more = (margin * (max - min)) / 2
      return { min: min - more, max: max + more }
    }
    return Object.fromEntries(
      [...this.#found].map(([name, { taken, given }]) => [
        name,
        { taken: wider(taken), given: given.map(wider) },
      ]),
    )
  }
}

/** Ranges of what a norm with known statistics makes of numbers: (x − mean) · scale, channel by channel. */
export function normalised(
  given: readonly Range[],
  mean: Float32Array,
  scale: Float32Array,
): readonly Range[] {
  return given.map(({ min, max }, c) => {
    const [from, factor] = [mean[c] ?? 0, scale[c] ?? 1]
    return { min: (min - from) * factor, max: (max - from) * factor }
  })
}

interface Widening {
  min: number
  max: number
}

const nothing: Range = { min: Infinity, max: -Infinity }

function widen(range: Widening, numbers: Float32Array): void {
  for (const value of numbers) {
    if (value < range.min) range.min = value
    if (value > range.max) range.max = value
  }
}
