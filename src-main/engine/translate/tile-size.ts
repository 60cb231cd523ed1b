/** How large tiles may be: what the machine has of memory, and what it does in the time between two looks at a cancel. */
import { shapeOf } from '../graph/graph.ts'
import type { Graph } from '../graph/graph.ts'
import { generatorStep } from '../networks/generator.ts'
import { channelsOf, scaleOf } from './stages.ts'

const leastSide = 256
const mostSide = 1536

/** The share of the free memory that a pass may take, and the most of it in bytes: a large photo takes much, too. */
const memoryShare = 0.4
const mostForTile = 900 * 2 ** 20
const mostForWhole = 2000 * 2 ** 20

/** One pass should not take longer. */
const secondsPerTile = 8

/** What sampled crops may keep between two stages, in bytes. */
const sampleMemory = 256 * 2 ** 20

/** A session keeps about this many times what the two largest neighbours among its values take: see `bench -- native`. */
const memoryFactor = 2.4

/** The longest side of a tile for a machine with so many bytes free. */
export function tileForMemory(graph: Graph, freeBytes: number): number {
  const bytes = Math.min(mostForTile, memoryShare * freeBytes)
  return clamp(Math.sqrt(bytes / bytesPerPixel(graph)))
}

/** How many pixels a photo may have to go through in a single pass. */
export function wholeForMemory(graph: Graph, freeBytes: number): number {
  const bytes = Math.min(mostForWhole, memoryShare * freeBytes)
  return Math.max(leastSide ** 2, bytes / bytesPerPixel(graph))
}

/** The longest side of a tile for a machine that does so many pixels a second. */
export function tileForSpeed(pixelsPerSecond: number): number {
  return clamp(Math.sqrt(pixelsPerSecond * secondsPerTile))
}

/** How many pixels sampled crops may have together. */
export function sampleMostPixels(graph: Graph): number {
  return sampleMemory / (4 * (largestValue(graph) + 3))
}

/** What one pass takes for each pixel. */
function bytesPerPixel(graph: Graph): number {
  const sizes = valueSizes(graph)
  return 4 * memoryFactor * Math.max(...sizes.map((size, i) => size + (sizes[i - 1] ?? 0)))
}

function largestValue(graph: Graph): number {
  return Math.max(...valueSizes(graph))
}

/** Of each value of the network, how many numbers it has for a pixel of the picture. */
function valueSizes(graph: Graph): readonly number[] {
  return graph.nodes
    .filter(({ name }) => shapeOf(graph, name).length === 4)
    .map(({ name }) => channelsOf(graph, name) / scaleOf(graph, name) ** 2)
}

function clamp(side: number): number {
  const whole = Math.floor(Math.min(mostSide, Math.max(leastSide, side)))
  return Math.floor(whole / generatorStep) * generatorStep
}
