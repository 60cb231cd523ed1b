/**
 * How well numbers tell two sets apart: the chance that, of one member of each, a simple rule names which is which. 0.5
 * is guessing, 1 is never wrong (the area under the ROC curve; J. A. Hanley and B. J. McNeil, Radiology 143, 1982).
 */

type Row = readonly number[]

/** Each part is judged by a rule made from the others: a rule is never asked what it has seen. */
const folds = 5
/** Added to the diagonal of a covariance of standardised numbers, so that it can be inverted however few rows there are. */
const ridge = 0.1

/**
 * By the one weighted sum of all numbers that separates best: Fisher's linear discriminant (1936), judged by
 * cross-validation. Row for row the same length; both sets with at least `folds` rows.
 */
export function tellApart(a: readonly Row[], b: readonly Row[]): number {
  const [scale, shift] = standard([...a, ...b])
  const ready = (rows: readonly Row[]): Row[] =>
    rows.map((row) => row.map((value, i) => (value - (shift[i] ?? 0)) * (scale[i] ?? 0)))
  const [rowsA, rowsB] = [ready(a), ready(b)]
  let sum = 0
  for (let fold = 0; fold < folds; fold++) {
    const isJudged = (_: unknown, index: number): boolean => index % folds === fold
    const isSeen = (_: unknown, index: number): boolean => index % folds !== fold
    const direction = discriminant(rowsA.filter(isSeen), rowsB.filter(isSeen))
    const score = (row: Row): number =>
      row.reduce((total, value, i) => total + value * (direction[i] ?? 0), 0)
    sum += orderedShare(rowsA.filter(isJudged).map(score), rowsB.filter(isJudged).map(score))
  }
  return sum / folds
}

/** The share of pairs (one of each) in which that of `b` is the greater; ties count half. */
export function orderedShare(a: readonly number[], b: readonly number[]): number {
  const sorted = Float64Array.from(a).sort()
  const below = (value: number, includesEqual: boolean): number => {
    let [from, to] = [0, sorted.length]
    while (from < to) {
      const middle = (from + to) >>> 1
      const one = sorted[middle] ?? 0
      if (includesEqual ? one <= value : one < value) from = middle + 1
      else to = middle
    }
    return from
  }
  const sum = b.reduce((total, value) => total + below(value, false) + below(value, true), 0)
  return sum / (2 * a.length * b.length)
}

/** The direction C⁻¹ (mean of b − mean of a), C the covariance within the sets. */
function discriminant(a: readonly Row[], b: readonly Row[]): number[] {
  const [meanA, meanB] = [meanOf(a), meanOf(b)]
  const size = meanA.length
  const centred = [
    ...a.map((row) => row.map((value, i) => value - (meanA[i] ?? 0))),
    ...b.map((row) => row.map((value, i) => value - (meanB[i] ?? 0))),
  ]
  const covariance = Array.from({ length: size }, (_, i) =>
    Array.from({ length: size }, (_each, j) => {
      const sum = centred.reduce((total, row) => total + (row[i] ?? 0) * (row[j] ?? 0), 0)
      return sum / centred.length + (i === j ? ridge : 0)
    }),
  )
  return solve(
    covariance,
    meanB.map((value, i) => value - (meanA[i] ?? 0)),
  )
}

/** `matrix` · x = `right` by elimination; the matrix is symmetric and positive definite, so its pivots are never 0. */
function solve(matrix: readonly Row[], right: Row): number[] {
  const size = right.length
  const rows = matrix.map((row, i) => Float64Array.from([...row, right[i] ?? 0]))
  rows.forEach((pivot, column) => {
    for (const row of rows.slice(column + 1)) {
      const factor = (row[column] ?? 0) / (pivot[column] ?? 1)
      for (let k = column; k <= size; k++) row[k] = (row[k] ?? 0) - factor * (pivot[k] ?? 0)
    }
  })
  const result = new Array<number>(size).fill(0)
  for (let i = size - 1; i >= 0; i--) {
    const row = rows[i] ?? new Float64Array()
    const known = result.reduce((sum, value, k) => (k > i ? sum + value * (row[k] ?? 0) : sum), 0)
    result[i] = ((row[size] ?? 0) - known) / (row[i] ?? 1)
  }
  return result
}

/** What takes each number to mean 0 and deviation 1; one that never varies counts for nothing. */
function standard(rows: readonly Row[]): readonly [scale: number[], shift: number[]] {
  const shift = meanOf(rows)
  const scale = shift.map((centre, i) => {
    const variance = rows.reduce((sum, row) => sum + ((row[i] ?? 0) - centre) ** 2, 0) / rows.length
    return variance > 1e-12 ? 1 / Math.sqrt(variance) : 0
  })
  return [scale, shift]
}

function meanOf(rows: readonly Row[]): number[] {
  const sums = (rows[0] ?? []).map((_, i) => rows.reduce((sum, row) => sum + (row[i] ?? 0), 0))
  return sums.map((sum) => sum / rows.length)
}
