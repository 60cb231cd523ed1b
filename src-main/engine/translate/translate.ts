/** A picture through one generator, or through both and back. */
import { generatorMinimum, generatorStep } from '../networks/generator.ts'
import type { ChangeSettings, CycleMetrics, LocalChange, Pixels, Tensor } from '../protocol.ts'
import type { Program } from '../runtimes/runtime.ts'
import { differenceMap } from './difference-map.ts'
import { expectPicture } from './expect-picture.ts'
import { fitLocalChange } from './local-change.ts'
import { compare } from './metrics.ts'
import { addMargin, crop, padReflect } from './pad.ts'
import { toPixels, toTensor } from './pixels.ts'

const sizeRule = { multipleOf: generatorStep, atLeast: generatorMinimum }

/** G(x) whatever it looks like: a generator that has learnt nothing yet may paint in one colour. */
export async function samplePicture(generator: Program, pixels: Pixels): Promise<Pixels> {
  const x = toTensor(pixels)
  return toPixels(await run(generator, x), pixels)
}

/** G(x), of the same size, depth and alpha. Throws what the program throws, and `NoPicture`. */
export async function translatePicture(generator: Program, pixels: Pixels): Promise<Pixels> {
  return toPixels(await translateTensor(generator, toTensor(pixels)), pixels)
}

/** G(x) of [batch, 3, height, width] in [−1, 1], any size. Throws what the program throws, and `NoPicture`. */
export async function translateTensor(generator: Program, x: Tensor): Promise<Tensor> {
  const translated = await run(generator, x)
  expectPicture(x, translated)
  return translated
}

async function run(generator: Program, x: Tensor): Promise<Tensor> {
  const [, , height, width] = x.shape
  return crop(await generator.run(padReflect(x, sizeRule)), height, width)
}

/** As far in as a network's own borders, where it pads with zeros, can be seen: as lines along the edges of skies. */
const margin = 24

/** What G does to x, to be carried to the photo that x was reduced from. Throws what the program throws. */
export async function changePicture(
  generator: Program,
  pixels: Pixels,
  settings: ChangeSettings,
): Promise<LocalChange> {
  const before = toTensor(pixels)
  const translated = await translateTensor(generator, addMargin(before, margin))
  return fitLocalChange(before, crop(translated, pixels.height, pixels.width, margin), settings)
}

/** The same of a translation that is there already. Throws `RangeError` where the two differ in size. */
export const fitChange = (before: Pixels, after: Pixels, settings: ChangeSettings): LocalChange =>
  fitLocalChange(toTensor(before), toTensor(after), settings)

export interface Cycle {
  /** G(x). */
  readonly translated: Pixels
  /** F(G(x)). */
  readonly reconstructed: Pixels
  /** |F(G(x)) − x| as a colour heat map, 8 bit RGB. */
  readonly difference: Pixels
  readonly metrics: CycleMetrics
}

export interface CycleOptions {
  /** Told after each of the two passes how many are done; what it throws ends the work. */
  readonly onPass?: (done: number) => Promise<void> | void
}

/**
 * x → G(x) → F(G(x)). The second network gets the first one's output as it is, not the rounded picture, and the
 * metrics compare values before rounding. Throws what the programs throw, and `NoPicture`.
 */
export async function cyclePicture(
  forward: Program,
  backward: Program,
  pixels: Pixels,
  { onPass }: CycleOptions = {},
): Promise<Cycle> {
  const { width, height } = pixels
  const original = toTensor(pixels)
  const there = await forward.run(padReflect(original, sizeRule))
  await onPass?.(1)
  const back = await backward.run(there)
  await onPass?.(2)
  const cropped = (tensor: Tensor) => crop(tensor, height, width)
  const [translated, reconstructed] = [cropped(there), cropped(back)]
  expectPicture(original, translated)
  expectPicture(original, reconstructed)
  return {
    translated: toPixels(translated, pixels),
    reconstructed: toPixels(reconstructed, pixels),
    difference: differenceMap(original, reconstructed),
    metrics: compare(original, reconstructed),
  }
}
