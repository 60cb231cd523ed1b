/** Constant matrices with which MatMul does what ONNX has no operator for. */

export interface Matrix {
  readonly rows: number
  readonly columns: number
  /** Row after row. */
  readonly data: Float32Array
}

export function matrix(
  rows: number,
  columns: number,
  value: (row: number, column: number) => number,
): Matrix {
  const data = Float32Array.from({ length: rows * columns }, (_, i) =>
    value(Math.floor(i / columns), i % columns),
  )
  return { rows, columns, data }
}

export function transposed({ rows, columns, data }: Matrix): Matrix {
  return matrix(columns, rows, (row, column) => data[column * columns + row] ?? 0)
}

export function rowsOf(values: readonly (readonly number[])[]): Matrix {
  return matrix(values.length, values[0]?.length ?? 0, (row, column) => values[row]?.[column] ?? 0)
}

/** a ⊗ b: in each place a number of a times the whole of b. */
export function kronecker(a: Matrix, b: Matrix): Matrix {
  return matrix(a.rows * b.rows, a.columns * b.columns, (row, column) => {
    const outer = a.data[Math.floor(row / b.rows) * a.columns + Math.floor(column / b.columns)] ?? 0
    return outer * (b.data[(row % b.rows) * b.columns + (column % b.columns)] ?? 0)
  })
}

/** [size, size + 2·padding]: adds each row of a mirrored border to the row that it mirrors. */
export function foldingMatrix(size: number, padding: number): Matrix {
  return matrix(size, size + 2 * padding, (row, column) => (mirrored(column - padding, size) === row ? 1 : 0))
}

/** Where a place before 0 or behind `size` − 1 comes from, without repeating the edge. */
export function mirrored(place: number, size: number): number {
  const positive = Math.abs(place)
  return positive < size ? positive : 2 * (size - 1) - positive
}
