/**
 * Winograd's convolution, F(4×4, 3×3) (Lavin and Gray, CVPR 2016), of the residual blocks: a mirrored border and a 3×3
 * convolution, and its gradients. The picture is cut into tiles of 6×6 that overlap by two and transformed; there the
 * convolution is a product of matrices, one for each of 36 places, with a quarter of the multiplications; 4×4 pixels
 * come back of each tile. In one dimension: y = Aᵀ [(G w) ∘ (Bᵀ x)].
 *
 * The gradients are the same products with the transforms run backwards. Cutting and mirroring are matrices, too, so
 * that they cost no copies. Rounding is a few times that of the plain convolution: see the test beside this file.
 */
import { shapeOf } from '../../graph/graph.ts'
import type { Graph, Node, ValueId } from '../../graph/graph.ts'
import { int, ints } from './graph-writer.ts'
import type { Lowering } from './lowering.ts'
import { kronecker, matrix, mirrored, rowsOf, transposed } from './matrices.ts'
import type { Matrix } from './matrices.ts'

/** Pixels that a tile gives, and places that it has. */
const given = 4
const places = 6
const points = places ** 2

const inputTransform = rowsOf([
  [4, 0, -5, 0, 1, 0],
  [0, -4, -4, 1, 1, 0],
  [0, 4, -4, -1, 1, 0],
  [0, -2, -1, 2, 1, 0],
  [0, 2, -1, -2, 1, 0],
  [0, 4, 0, -5, 0, 1],
])
const kernelTransform = rowsOf([
  [1 / 4, 0, 0],
  [-1 / 6, -1 / 6, -1 / 6],
  [-1 / 6, 1 / 6, -1 / 6],
  [1 / 24, 1 / 12, 1 / 6],
  [1 / 24, -1 / 12, 1 / 6],
  [0, 0, 1],
])
/** Transposed: [places, given]. */
const outputTransform = rowsOf([
  [1, 0, 0, 0],
  [1, 1, 1, 1],
  [1, -1, 1, -1],
  [1, 2, 4, 8],
  [1, -2, 4, -8],
  [0, 0, 0, 1],
])
/** With fewer channels the transforms cost more than they save. */
const fewestChannels = 64

/** Finds the convolutions of a graph that it is for, and lowers them. */
export class Winograd {
  readonly #nodes: ReadonlyMap<ValueId, Node>
  readonly #consumers: ReadonlyMap<ValueId, readonly Node[]>
  readonly #graph: Graph

  constructor(graph: Graph) {
    this.#graph = graph
    this.#nodes = new Map(graph.nodes.map((node) => [node.name, node]))
    const consumers = new Map<ValueId, Node[]>()
    for (const node of graph.nodes) {
      for (const input of node.inputs) {
        const known = consumers.get(input)
        if (known) known.push(node)
        else consumers.set(input, [node])
      }
    }
    this.#consumers = consumers
  }

  /** Lowers a node if it is one of these; otherwise it writes nothing and says so. */
  lower(lowering: Lowering, node: Node): boolean {
    const [first = '', second = '', bias] = node.inputs
    switch (node.operator.kind) {
      case 'reflection-pad':
        return this.#isWithin(node)
      case 'convolution': {
        if (!this.#isConvolution(node)) return false
        convolve(lowering, node.name, this.#source(first), second, bias)
        return true
      }
      case 'convolution-weight-gradient': {
        const pad = this.#nodes.get(first)
        if (!pad || !this.#isWithin(pad)) return false
        weightGradient(lowering, node.name, this.#source(first), second)
        return true
      }
      case 'transposed-convolution':
        return this.#isBackwards(node)
      case 'reflection-fold': {
        const backwards = this.#nodes.get(first)
        if (!backwards || !this.#isBackwards(backwards)) return false
        const [dy = '', weight = ''] = backwards.inputs
        inputGradient(lowering, node.name, dy, weight)
        return true
      }
      default:
        return false
    }
  }

  #source(pad: ValueId): ValueId {
    return this.#nodes.get(pad)?.inputs[0] ?? ''
  }

  /** A pad that only such convolutions and their weight gradients read. */
  #isWithin({ name, operator, inputs }: Node): boolean {
    const readers = this.#consumers.get(name) ?? []
    return (
      operator.kind === 'reflection-pad' &&
      operator.padding === 1 &&
      !this.#graph.outputs.includes(name) &&
      this.#isWhole(inputs[0] ?? '') &&
      readers.some((reader) => this.#isPlain(reader)) &&
      readers.every(
        (reader) => this.#isPlain(reader) || reader.operator.kind === 'convolution-weight-gradient',
      )
    )
  }

  #isConvolution(node: Node): boolean {
    const pad = this.#nodes.get(node.inputs[0] ?? '')
    return this.#isPlain(node) && pad !== undefined && this.#isWithin(pad)
  }

  #isPlain({ operator, inputs: [, weight = ''] }: Node): boolean {
    return (
      operator.kind === 'convolution' &&
      operator.stride === 1 &&
      operator.padding === 0 &&
      this.#isWide(weight)
    )
  }

  /** The gradient of such a convolution with respect to its padded input, when only the fold of the pad reads it. */
  #isBackwards({ name, operator, inputs: [, weight = ''] }: Node): boolean {
    const readers = this.#consumers.get(name) ?? []
    return (
      operator.kind === 'transposed-convolution' &&
      operator.stride === 1 &&
      operator.padding === 0 &&
      this.#isWide(weight) &&
      !this.#graph.outputs.includes(name) &&
      readers.length > 0 &&
      readers.every(
        (reader) =>
          reader.operator.kind === 'reflection-fold' &&
          reader.operator.padding === 1 &&
          this.#isWhole(reader.name),
      )
    )
  }

  #isWide(weight: ValueId): boolean {
    const [out = 0, into = 0, height, width] = this.#graph.shapes.get(weight) ?? []
    return height === 3 && width === 3 && Number(out) >= fewestChannels && Number(into) >= fewestChannels
  }

  #isWhole(picture: ValueId): boolean {
    return shapeOf(this.#graph, picture)
      .slice(2)
      .every((size) => typeof size === 'number' && size % given === 0)
  }
}

/** Values in the transformed domain: [points, batch, channels, tiles] and, for kernels, [points, 1, out, in]. */
interface Tiled {
  readonly batch: number
  readonly channels: number
  /** Tiles in height and width. */
  readonly down: number
  readonly across: number
}

function tiled(lowering: Lowering, picture: ValueId): Tiled {
  const [batch, channels, height, width] = lowering.pictureSizes(picture)
  return { batch, channels, down: height / given, across: width / given }
}

/** y = Aᵀ (U · V), and the bias. */
function convolve(lowering: Lowering, name: ValueId, x: ValueId, weight: ValueId, bias?: ValueId): void {
  const { writer } = lowering
  const { batch, channels, down, across } = tiled(lowering, name)
  const operands = [kernelTiles(lowering, weight), inputTiles(lowering, x, 'tiles')]
  const product = writer.node(`${name}/product`, 'MatMul', operands)
  const flat = writer.reshape(product, [points, batch * channels * down * across])
  const transform = writer.matrix('winograd.output', () =>
    transposed(kronecker(outputTransform, outputTransform)),
  )
  const pixels = writer.node(`${name}/pixels`, 'MatMul', [transform, flat])
  const phases = writer.reshape(pixels, [1, given ** 2 * batch * channels, down, across])
  const pictures = writer.node(`${name}/pictures`, 'DepthToSpace', [phases], { blocksize: int(given) })
  const sum = writer.reshape(pictures, lowering.pictureSizes(name), bias === undefined ? name : `${name}/sum`)
  if (bias !== undefined) writer.node(name, 'Add', [sum, writer.reshape(bias, [1, channels, 1, 1])])
}

/** dw = Gᵀ (dM · Vᵀ) G, summed over the batch. */
function weightGradient(lowering: Lowering, name: ValueId, x: ValueId, dy: ValueId): void {
  const { writer } = lowering
  const { batch, channels: into } = tiled(lowering, x)
  const { channels: out } = tiled(lowering, dy)
  const operands = [outputTiles(lowering, dy), inputTiles(lowering, x, 'tiles.again')]
  const product = writer.ownNode(`${name}/product`, 'FusedMatMul', operands, { transB: int(1) })
  const summed =
    batch === 1
      ? product
      : writer.node(`${name}/sum`, 'ReduceSum', [product, writer.integers([1])], { keepdims: int(0) })
  const flat = writer.reshape(summed, [points, out * into])
  const kernels = writer.node(`${name}/kernels`, 'Gemm', [flat, kernelMatrix(lowering)], { transA: int(1) })
  writer.reshape(kernels, [out, into, 3, 3], name)
}

/** dx = B (Uᵀ · dM) Bᵀ, with what fell on the mirrored border added to where it came from. */
function inputGradient(lowering: Lowering, name: ValueId, dy: ValueId, weight: ValueId): void {
  const { writer } = lowering
  const { batch, channels, down, across } = tiled(lowering, name)
  const operands = [kernelTiles(lowering, weight), outputTiles(lowering, dy)]
  const product = writer.ownNode(`${name}/product`, 'FusedMatMul', operands, { transA: int(1) })
  const split = writer.reshape(product, [places, places, batch * channels, down, across])
  const ordered = writer.node(`${name}/ordered`, 'Transpose', [split], { perm: ints(2, 0, 3, 1, 4) })
  const tiles = writer.reshape(ordered, [batch * channels, places * down, places * across])
  const rowsBack = writer.matrix(`winograd.rows.${down}.back`, () => transposed(cutting(down)))
  const columnsBack = writer.matrix(`winograd.rows.${across}`, () => cutting(across))
  const wide = writer.node(`${name}/columns`, 'MatMul', [tiles, columnsBack])
  const pictures = writer.node(`${name}/rows`, 'MatMul', [rowsBack, wide])
  writer.reshape(pictures, lowering.pictureSizes(name), name)
}

/** U = G w Gᵀ. */
function kernelTiles(lowering: Lowering, weight: ValueId): string {
  const { writer } = lowering
  return writer.once(`${weight}/tiles`, () => {
    const [out = 0, into = 0] = lowering.sizes(weight)
    const kernels = writer.reshape(weight, [out * into, 9])
    const operands = [kernelMatrix(lowering), kernels]
    const transformed = writer.node(`${weight}/transformed`, 'Gemm', operands, { transB: int(1) })
    return writer.reshape(transformed, [points, 1, out, into], `${weight}/tiles`)
  })
}

/**
 * V = Bᵀ x B: first the rows, then the columns, so that the points come to lie outermost without a copy. The weight
 * gradient makes it anew: it takes more than twice the memory of x, for as long as from the forward pass to it.
 */
function inputTiles(lowering: Lowering, x: ValueId, name: 'tiles' | 'tiles.again'): string {
  const { writer } = lowering
  return writer.once(`${x}/${name}`, () => {
    const { batch, channels, down, across } = tiled(lowering, x)
    const planes = batch * channels
    const cutRows = writer.reshape(
      writer.matrix(`winograd.rows.${down}`, () => cutting(down)),
      [places, 1, down, given * down],
    )
    const cutColumns = writer.tensor(`winograd.columns.${across}`, [1, places, given * across, across], () =>
      columnsOf(cutting(across), across),
    )
    const source = writer.reshape(x, [1, planes, given * down, given * across])
    const cut = writer.node(`${x}/${name}/cut`, 'MatMul', [cutRows, source])
    const stacked = writer.reshape(cut, [places, 1, planes * down, given * across])
    const tiles = writer.node(`${x}/${name}/transformed`, 'MatMul', [stacked, cutColumns])
    return writer.reshape(tiles, [points, batch, channels, down * across], `${x}/${name}`)
  })
}

/** dM = A dy Aᵀ: tiles of a gradient do not overlap, so they are but another order of its pixels. */
function outputTiles(lowering: Lowering, dy: ValueId): string {
  const { writer } = lowering
  return writer.once(`${dy}/tiles`, () => {
    const { batch, channels, down, across } = tiled(lowering, dy)
    const pictures = writer.reshape(dy, [1, batch * channels, given * down, given * across])
    const phases = writer.node(`${dy}/phases`, 'SpaceToDepth', [pictures], { blocksize: int(given) })
    const pixels = writer.reshape(phases, [given ** 2, batch * channels * down * across])
    const transform = writer.matrix('winograd.output.back', () => kronecker(outputTransform, outputTransform))
    const transformed = writer.node(`${dy}/transformed`, 'MatMul', [transform, pixels])
    return writer.reshape(transformed, [points, batch, channels, down * across], `${dy}/tiles`)
  })
}

function kernelMatrix({ writer }: Lowering): string {
  return writer.matrix('winograd.kernel', () => kronecker(kernelTransform, kernelTransform))
}

/** Cuts a mirrored line of `given` · count pixels into tiles and transforms them: [places · count, given · count]. */
function cutting(count: number): Matrix {
  const size = given * count
  const cut = matrix(places * count, size, () => 0)
  for (let place = 0; place < places; place++) {
    for (let tile = 0; tile < count; tile++) {
      for (let pixel = 0; pixel < places; pixel++) {
        const from = mirrored(given * tile + pixel - 1, size)
        const at = (place * count + tile) * size + from
        cut.data[at] = (cut.data[at] ?? 0) + (inputTransform.data[place * places + pixel] ?? 0)
      }
    }
  }
  return cut
}

/** The same with a matrix [given · count, count] for each place. */
function columnsOf(cut: Matrix, count: number): Float32Array {
  const size = given * count
  return Float32Array.from({ length: cut.data.length }, (_, i) => {
    const [place, pixel, tile] = [Math.floor(i / (size * count)), Math.floor(i / count) % size, i % count]
    return cut.data[(place * count + tile) * size + pixel] ?? 0
  })
}
