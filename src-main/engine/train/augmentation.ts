/**
 * Differentiable augmentation (Zhao, Liu, Lin, Zhu and Han, NeurIPS 2020): whatever a discriminator judges, real or
 * fake, is first moved or loses a part, in both updates. So the discriminators do not learn few pictures by heart, and
 * the generators do not learn to make moved pictures. Colour is left alone: it is what a season is told by.
 *
 * What is drawn goes into the graph as inputs: shifts as matrices, holes as masks.
 */
import type { GraphBuilder, ValueId } from '../graph/graph.ts'
import type { Values } from '../runtimes/runtime.ts'

/**
 * `translation`: by up to an eighth of the size each way, zeros where nothing comes from. `cutout`: zeros in a square of
 * half the size, whose centre is anywhere in the picture. Both together: in this order.
 */
export type Augmentation = 'translation' | 'cutout'

/** The shares of the picture's size that the paper takes. */
const translationShare = 1 / 8
const cutoutShare = 1 / 2

/** The pictures that are judged in a step, by the loss that they are judged for: each has its own draw. */
const ofGenerators = ['G_A.fake', 'G_B.fake'] as const
const ofDiscriminators = ['D_A.real', 'D_A.fake', 'D_B.real', 'D_B.fake'] as const
export type Judged = (typeof ofGenerators | typeof ofDiscriminators)[number]

/** The settings of a step, as far as they tell what is to be drawn for it. */
export interface AugmentationSettings {
  readonly augmentation?: readonly Augmentation[]
  readonly batch: number
  /** Height and width of the pictures. */
  readonly size: number
  readonly learns?: 'all' | 'discriminators'
  readonly objective: { readonly gan: string }
}

/** The inputs of a step's graph for one judged picture. Its rows and columns are [batch, 1, size, size], as its mask. */
export function augmentationInputs(picture: Judged) {
  const name = `augmentation.${picture}`
  return { rows: `${name}.rows`, columns: `${name}.columns`, mask: `${name}.mask` }
}

/** The judged pictures of a step, in the order in which `drawAugmentation` draws for them. */
export function judgedPictures({ objective, learns = 'all' }: AugmentationSettings): readonly Judged[] {
  if (objective.gan === 'none') return []
  return learns === 'all' ? [...ofGenerators, ...ofDiscriminators] : ofDiscriminators
}

/** Adds the inputs for a judged picture [batch, channels, size, size], and gives it augmented. */
export function augmented(
  graph: GraphBuilder,
  { augmentation = [], batch, size }: AugmentationSettings,
  picture: ValueId,
  as: Judged,
): ValueId {
  const { rows, columns, mask } = augmentationInputs(as)
  const input = (name: string) => graph.input(name, [batch, 1, size, size])
  let x = picture
  if (augmentation.includes('translation')) {
    x = graph.node(`${as}.moved`, { kind: 'shift', transposed: false }, x, input(rows), input(columns))
  }
  if (augmentation.includes('cutout')) x = graph.node(`${as}.cut`, { kind: 'mask' }, x, input(mask))
  return x
}

/**
 * Draws for one step: values for all inputs that `augmented` adds to it. `uniform` gives numbers in [0, 1), and is
 * asked in a fixed order: for one judged picture after the other; there first for the batch's shifts, then for its
 * holes; for each of these down, then right.
 */
export function drawAugmentation(settings: AugmentationSettings, uniform: () => number): Values {
  const { augmentation = [], batch, size } = settings
  const draw = (one: (size: number, uniform: () => number) => number) =>
    Array.from({ length: batch }, (): Place => {
      const down = one(size, uniform)
      return { down, right: one(size, uniform) }
    })
  const values: Record<string, Float32Array> = {}
  for (const judged of judgedPictures(settings)) {
    const { rows, columns, mask } = augmentationInputs(judged)
    if (augmentation.includes('translation')) {
      const shifts = draw(drawShift)
      values[rows] = planes(size, shifts, ({ down }, to, from) => from === to - down)
      values[columns] = planes(size, shifts, ({ right }, from, to) => from === to - right)
    }
    if (augmentation.includes('cutout')) {
      const length = holeLength(size)
      const isCut = (i: number, begin: number) => i >= begin && i < begin + length
      values[mask] = planes(
        size,
        draw(drawHole),
        ({ down, right }, y, x) => !isCut(y, down) || !isCut(x, right),
      )
    }
  }
  return values
}

interface Place {
  readonly down: number
  readonly right: number
}

/** Whole pixels, as often one way as the other. */
function drawShift(size: number, uniform: () => number): number {
  const furthest = Math.round(size * translationShare)
  return integerBelow(2 * furthest + 1, uniform) - furthest
}

/** Where a hole begins, which may be before the border. A hole of an even length has its centre between two pixels. */
function drawHole(size: number, uniform: () => number): number {
  const length = holeLength(size)
  return integerBelow(size + 1 - (length % 2), uniform) - Math.floor(length / 2)
}

function holeLength(size: number): number {
  return Math.round(size * cutoutShare)
}

function integerBelow(limit: number, uniform: () => number): number {
  return Math.floor(limit * uniform())
}

/** [batch, 1, size, size]: 1 where `isOne`, 0 elsewhere; a plane for each place. */
function planes(
  size: number,
  places: readonly Place[],
  isOne: (place: Place, row: number, column: number) => boolean,
): Float32Array {
  const data = new Float32Array(places.length * size * size)
  let i = 0
  for (const place of places) {
    for (let row = 0; row < size; row++) {
      for (let column = 0; column < size; column++) data[i++] = isOne(place, row, column) ? 1 : 0
    }
  }
  return data
}
