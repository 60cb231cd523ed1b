/**
 * The statistics of a network's norms over a photo, measured on crops of it: all crops are taken through the network
 * stage by stage, and behind each stage the sums over their interiors are the mean and variance of the next norm.
 * The ranges of its numbers are found on the way.
 * Crops that are the whole photo, each with as much around it as the network looks at, give the exact statistics.
 */
import type { Graph, ValueId } from '../graph/graph.ts'
import type { Ranges, Rect, Tensor, Weights } from '../protocol.ts'
import type { ShapedValues, StageRuntime } from '../runtimes/runtime.ts'
import { foldNorms } from './fold-norms.ts'
import { quantisable, RangeFinder, valuesOf } from './ranges.ts'
import { channelsOf, cutAtNorms, meanOf, scaleOf, varianceOf } from './stages.ts'
import type { Stage } from './stages.ts'
import { StatisticsSum } from './statistics.ts'
import type { ChannelStatistics } from './statistics.ts'

export interface Crop {
  /** Of the photo, in multiples of the network's step. */
  readonly rect: Rect
  /** What of it counts. */
  readonly interior: Rect
  /** How much a pixel of it counts beside those of the others. */
  readonly weight: number
  readonly pixels: Tensor
}

/** Told after each crop of each stage, with the share of all work that it was. What it throws ends the work. */
export type OnCrop = (share: number) => Promise<void> | void

export interface Measured {
  /** With the mean and variance of each norm. */
  readonly weights: Weights
  /** None unless they were asked for. */
  readonly ranges: Ranges
}

export interface MeasureOptions {
  readonly findRanges?: boolean
}

/** The network's norms, and the ranges of what its convolutions take and give, over the crops. */
export async function measureNorms(
  runtime: StageRuntime,
  graph: Graph,
  weights: Weights,
  crops: readonly Crop[],
  onCrop: OnCrop = () => undefined,
  { findRanges = false }: MeasureOptions = {},
): Promise<Measured> {
  const { stages, input } = cutAtNorms(graph)
  const known: Record<string, Weights[string]> = { ...weights }
  const ranges = new RangeFinder()
  /** Of each crop, the values that later stages read. */
  const kept: Map<ValueId, ShapedValues[string]>[] = []
  for (const { pixels } of crops) kept.push(new Map([[input, pixels]]))
  // The last stage ends in the network's output, which nothing measures.
  const measuring = stages.filter(({ measures }) => measures !== undefined)
  const total = measuring.reduce((sum, stage) => sum + workOf(stage.graph), 0) * crops.length
  for (const [index, stage] of measuring.entries()) {
    const folded = foldNorms(stage.graph, known)
    const convolutions = findRanges ? quantisable(stage.graph) : []
    const outputs = new Set([...folded.graph.outputs, ...valuesOf(convolutions)])
    const program = await runtime.compileStage({ ...folded.graph, outputs: [...outputs] }, folded.weights)
    const sum = new StatisticsSum(channelsOf(stage.graph, stage.target))
    const later = new Set(measuring.slice(index + 1).flatMap(({ reads }) => reads))
    try {
      for (const [i, crop] of crops.entries()) {
        const values = kept[i] ?? new Map<ValueId, ShapedValues[string]>()
        const outputs = await program.run(Object.fromEntries(values))
        for (const name of values.keys()) if (!later.has(name)) values.delete(name)
        for (const name of stage.keeps) {
          const output = outputs[name]
          if (output && later.has(name)) values.set(name, output)
        }
        addInterior(sum, stage, outputs, crop)
        ranges.add(convolutions, outputs)
        await onCrop(workOf(stage.graph) / total)
      }
    } finally {
      await program.release()
    }
    if (stage.measures !== undefined) Object.assign(known, statisticsOf(stage.measures, sum.result()))
  }
  return { weights: known, ranges: ranges.result() }
}

function addInterior(
  sum: StatisticsSum,
  stage: Stage,
  outputs: ShapedValues,
  { rect, interior, weight }: Crop,
): void {
  const output = outputs[stage.target]
  if (!output) throw new Error(`The stage gave no ${stage.target}`)
  const [, , height = 0, width = 0] = output.shape
  const scale = scaleOf(stage.graph, stage.target)
  const [left, right] = [(interior.left - rect.left) / scale, (interior.right - rect.left) / scale]
  const [top, bottom] = [(interior.top - rect.top) / scale, (interior.bottom - rect.top) / scale]
  for (let y = top; y < bottom; y++) {
    sum.add(output.data, width * height, y * width + left, y * width + right, weight)
  }
}

function statisticsOf(norm: ValueId, { mean, variance }: ChannelStatistics): Weights {
  const shape = [mean.length]
  return {
    [meanOf(norm)]: { dtype: 'F32', shape, data: mean },
    [varianceOf(norm)]: { dtype: 'F32', shape, data: variance },
  }
}

/** Multiply-accumulates for a pixel of the picture. */
export function workOf(graph: Graph): number {
  const shapes = new Map(graph.parameters.map(({ name, shape }) => [name, shape]))
  return graph.nodes.reduce((work, { name, operator, inputs }) => {
    const weight = shapes.get(inputs[1] ?? '')
    if (!weight || weight.length < 4) return work
    const at = operator.kind === 'transposed-convolution' ? (inputs[0] ?? '') : name
    return work + weight.reduce((a, b) => a * b, 1) / scaleOf(graph, at) ** 2
  }, 0)
}
