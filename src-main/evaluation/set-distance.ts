/**
 * How far a set of pictures is from another: the unbiased squared maximum mean discrepancy (Gretton et al., "A kernel
 * two-sample test", 2012, equation 3) with the cubic kernel of the kernel inception distance (Bińkowski et al.,
 * "Demystifying MMD GANs", 2018), over the features of `features/`. It is no inception distance and cannot be compared
 * with one, nor with the Fréchet distances of papers: only with values of this program on the same pictures of the same
 * size.
 *
 * For two sets from the same source it is 0 in the mean, whatever their size, and so sometimes a little below.
 */
import { randomAt, shuffled } from '../engine/random.ts'
import { featureGroups, type FeatureGroup, type Features } from './features/features.ts'
import { spread } from './spread.ts'
import { quantile } from './statistics.ts'

/** Each feature group by itself, and all of them with the same say. */
export const distanceParts = ['all', ...featureGroups] as const
export type DistancePart = FeatureGroup | 'all'

export interface Estimate {
  readonly value: number
  /** From leaving out one picture after another; null for fewer than three a set. */
  readonly standardError: number | null
}
/** In thousandths: the largest that is possible is 14,000: the kernel's range is 1 to 8. */
export type SetDistance = Readonly<Record<DistancePart, Estimate>>

const thousandths = 1000
/** Random halves that the floor is taken from, and the most pictures that it takes part with. */
const splits = 200
const splitPicturesMax = 500
const splitSeed = 1
/** The process listens between so many pictures. */
const picturesAtOnce = 32

/**
 * Null for fewer than two pictures on a side. Takes time by the product of the sizes and memory by their sum. Throws what
 * `signal` is aborted with.
 */
export async function setDistance(
  a: readonly Features[],
  b: readonly Features[],
  signal?: AbortSignal,
): Promise<SetDistance | null> {
  if (a.length < 2 || b.length < 2) return null
  const within = [await sumsWithin(a, signal), await sumsWithin(b, signal)] as const
  const [across, back] = await crossSums(a, b, signal)
  const part = (name: DistancePart): Estimate => {
    const index = distanceParts.indexOf(name)
    const sums = { a: column(within[0], index), b: column(within[1], index) }
    return estimate(sums.a, sums.b, column(across, index), column(back, index))
  }
  return {
    all: part('all'),
    colour: part('colour'),
    orientation: part('orientation'),
    texture: part('texture'),
  }
}

/** The floor: what two halves of one set come to by chance, over random halves. Null for fewer than four pictures. */
export interface Floor {
  /** Pictures in a half. */
  readonly pictures: number
  /** 19 of 20 pairs of halves are no further apart than this, in thousandths. */
  readonly high: number
}

/** As `setDistance`, with all feature groups. */
export async function floorOf(set: readonly Features[], signal?: AbortSignal): Promise<Floor | null> {
  const taken = spread(set.length, splitPicturesMax).flatMap((index) => set[index] ?? [])
  const half = Math.floor(taken.length / 2)
  if (half < 2) return null
  const matrix: Float64Array[] = []
  for (const [index, one] of taken.entries()) {
    if (index % picturesAtOnce === 0) await breathe(signal)
    matrix.push(Float64Array.from(taken, (other) => kernels(one, other)[0] ?? 0))
  }
  const distances = Array.from({ length: splits }, (_, split) => {
    const order = shuffled(taken.length, randomAt(splitSeed, 'halves', split))
    return betweenHalves(matrix, order.slice(0, half), order.slice(half, 2 * half))
  })
  return { pictures: half, high: thousandths * quantile(distances, 0.95) }
}

function betweenHalves(matrix: readonly Float64Array[], a: readonly number[], b: readonly number[]): number {
  const sum = (rows: readonly number[], columns: readonly number[]): number =>
    rows.reduce(
      (total, row) =>
        total + columns.reduce((line, at) => line + (row === at ? 0 : (matrix[row]?.[at] ?? 0)), 0),
      0,
    )
  const [n, m] = [a.length, b.length]
  return sum(a, a) / (n * (n - 1)) + sum(b, b) / (m * (m - 1)) - (2 * sum(a, b)) / (n * m)
}

/** k(x, y) = (⟨x, y⟩ + 1)³ for all features and for each group, ⟨x, y⟩ in 0…1; in the order of `distanceParts`. */
function kernels(x: Features, y: Features): readonly number[] {
  const products = featureGroups.map((group) => dot(x[group], y[group]))
  const mean = products.reduce((sum, value) => sum + value, 0) / products.length
  return [mean, ...products].map((product) => (product + 1) ** 3)
}

function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0
  for (let i = 0; i < x.length; i++) sum += (x[i] ?? 0) * (y[i] ?? 0)
  return sum
}

/** Σⱼ k(xᵢ, xⱼ) over j ≠ i for each i; rows of as many columns as there are parts. */
async function sumsWithin(set: readonly Features[], signal: AbortSignal | undefined): Promise<Float64Array> {
  const sums = new Float64Array(set.length * distanceParts.length)
  // k is symmetric: each pair is computed once.
  for (let i = 0; i < set.length; i++) {
    if (i % picturesAtOnce === 0) await breathe(signal)
    for (let j = i + 1; j < set.length; j++) addPair(sums, i, sums, j, set[i], set[j])
  }
  return sums
}

/** Σⱼ k(aᵢ, bⱼ) for each i, and Σᵢ k(aᵢ, bⱼ) for each j. */
async function crossSums(
  a: readonly Features[],
  b: readonly Features[],
  signal: AbortSignal | undefined,
): Promise<readonly [Float64Array, Float64Array]> {
  const across = new Float64Array(a.length * distanceParts.length)
  const back = new Float64Array(b.length * distanceParts.length)
  for (let i = 0; i < a.length; i++) {
    if (i % picturesAtOnce === 0) await breathe(signal)
    for (let j = 0; j < b.length; j++) addPair(across, i, back, j, a[i], b[j])
  }
  return [across, back]
}

function addPair(
  one: Float64Array,
  i: number,
  other: Float64Array,
  j: number,
  x: Features | undefined,
  y: Features | undefined,
): void {
  if (x === undefined || y === undefined) return
  kernels(x, y).forEach((value, part) => {
    const [here, there] = [i * distanceParts.length + part, j * distanceParts.length + part]
    one[here] = (one[here] ?? 0) + value
    other[there] = (other[there] ?? 0) + value
  })
}

const column = (rows: Float64Array, part: number): Float64Array =>
  rows.filter((_, index) => index % distanceParts.length === part)

const total = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0)

/**
 * From row sums: those within a and within b (without the diagonal), those of a over b and of b over a. The standard
 * error is the jackknife's (Arvesen, "Jackknifing U-statistics", 1969), of both sets.
 */
function estimate(a: Float64Array, b: Float64Array, across: Float64Array, back: Float64Array): Estimate {
  const [n, m] = [a.length, b.length]
  const [withinA, withinB, between] = [total(a), total(b), total(across)]
  const mmd = (aa: number, bb: number, ab: number, count: number, others: number): number =>
    aa / (count * (count - 1)) + bb / (others * (others - 1)) - (2 * ab) / (count * others)
  const value = thousandths * mmd(withinA, withinB, between, n, m)
  if (n < 3 || m < 3) return { value, standardError: null }
  const withoutOneOfA = a.map((own, i) =>
    mmd(withinA - 2 * own, withinB, between - (across[i] ?? 0), n - 1, m),
  )
  const withoutOneOfB = b.map((own, j) => mmd(withinA, withinB - 2 * own, between - (back[j] ?? 0), n, m - 1))
  const variance = jackknifeVariance(withoutOneOfA) + jackknifeVariance(withoutOneOfB)
  return { value, standardError: thousandths * Math.sqrt(variance) }
}

function jackknifeVariance(values: Float64Array): number {
  const mean = total(values) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return ((values.length - 1) / values.length) * squares
}

async function breathe(signal: AbortSignal | undefined): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
  signal?.throwIfAborted()
}
