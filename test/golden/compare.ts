/** Golden pairs: a checkpoint (`NAME.pth`) with an input and what PyTorch gave for it (`NAME.io.safetensors`). */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { buildGenerator } from '../../src-main/engine/networks/generator.ts'
import type { Tensor, WeightTensor } from '../../src-main/engine/protocol.ts'
import type { Runtime } from '../../src-main/engine/runtimes/runtime.ts'
import { readPth } from '../../src-main/models/pth/read-pth.ts'
import { readSafetensors } from '../../src-main/models/safetensors.ts'
import { architectureOf, cleanStateDict } from '../../src-main/models/state-dict.ts'

const pairEnding = '.io.safetensors'

/**
 * What is allowed between values in [−1, 1]. Outputs beside a half-precision checkpoint were computed before its
 * weights were rounded, so even exact arithmetic is off (7.09e-3 for `g9-half`, in PyTorch as here): their 5e-3 are
 * taken as a share of the full range, which spans 2.
 */
const tolerances = { single: 1e-4, half: 5e-3 * 2 }

export interface GoldenRow {
  readonly name: string
  readonly ngf: number
  readonly blocks: number
  readonly half: boolean
  /** The largest over all values, which lie in [−1, 1]; NaN if the sizes differ. */
  readonly difference: number
  readonly tolerance: number
  readonly passed: boolean
}

/** The names of the pairs in a folder, in order. */
export async function goldenNames(folder: string): Promise<readonly string[]> {
  const files = new Set(await readdir(folder))
  return [...files]
    .filter((file) => file.endsWith('.pth') && files.has(pairFile(file.slice(0, -'.pth'.length))))
    .map((file) => file.slice(0, -'.pth'.length))
    .sort()
}

/** Runs one pair. */
export async function compareGolden(runtime: Runtime, folder: string, name: string): Promise<GoldenRow> {
  const file = `${name}.pth`
  const weights = cleanStateDict((await readPth(join(folder, file))).tensors, file)
  const { ngf, blocks } = architectureOf(weights, file)
  const { tensors, metadata } = await readSafetensors(join(folder, pairFile(name)))
  const half = metadata['half'] === 'True'
  const program = await runtime.compile(buildGenerator({ ngf, blocks }), weights)
  try {
    const output = await program.run(asTensor(tensors, 'input'))
    const difference = largestDifference(output, asTensor(tensors, 'output'))
    const tolerance = half ? tolerances.half : tolerances.single
    return { name, ngf, blocks, half, difference, tolerance, passed: difference <= tolerance }
  } finally {
    await program.release()
  }
}

function pairFile(name: string): string {
  return `${name}${pairEnding}`
}

function asTensor(tensors: Readonly<Record<string, WeightTensor>>, name: string): Tensor {
  const tensor = tensors[name]
  const [batch, channels, height, width] = tensor?.shape ?? []
  if (tensor?.dtype !== 'F32' || !batch || !channels || !height || !width) {
    throw new Error(`The pair has no picture ‘${name}’ of single precision`)
  }
  return { shape: [batch, channels, height, width], data: tensor.data }
}

function largestDifference(a: Tensor, b: Tensor): number {
  if (a.data.length !== b.data.length) return Number.NaN
  return a.data.reduce((most, value, i) => {
    const difference = Math.abs(value - (b.data[i] ?? Number.NaN))
    return difference <= most ? most : difference
  }, 0)
}
