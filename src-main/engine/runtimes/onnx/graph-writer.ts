/** Collects the nodes and initializers of one ONNX graph; each tensor is written once, however often it is used. */
import type { WeightTensor } from '../../protocol.ts'
import type { Matrix } from './matrices.ts'
import { attributeType, dataType } from './proto.ts'
import type { AttributeProto, NodeProto, TensorProto } from './proto.ts'

/** Of operators that only ONNX Runtime knows. */
export const ownDomain = 'com.microsoft'

export class GraphWriter {
  readonly nodes: NodeProto[] = []
  readonly initializers: TensorProto[] = []
  /** Of each initializer, the name under which nodes use it. */
  readonly #usedAs = new Map<string, string>()

  /** Adds a node that gives the value `name`, and tells that name. */
  node(
    name: string,
    opType: string,
    input: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
  ): string {
    const attribute = Object.entries(attributes).map(([key, value]) => ({ name: key, ...value }))
    this.nodes.push({ name, opType, input, output: [name], attribute })
    return name
  }

  /** The same for an operator of ONNX Runtime's own. */
  ownNode(
    name: string,
    opType: string,
    input: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
  ): string {
    const attribute = Object.entries(attributes).map(([key, value]) => ({ name: key, ...value }))
    this.nodes.push({ name, opType, domain: ownDomain, input, output: [name], attribute })
    return name
  }

  /** A weight as an initializer. Half precision stays so in the file; the session widens it once, when it is made. */
  weight(name: string, tensor: WeightTensor): string {
    return this.once(name, () => {
      if (tensor.dtype === 'F32') return this.#initializer(name, dataType.float, tensor.shape, tensor.data)
      const wide = `${name}.float`
      const half = this.#initializer(name, dataType.float16, tensor.shape, tensor.data)
      this.node(wide, 'Cast', [half], { to: int(dataType.float) })
      return wide
    })
  }

  /** One number, of shape []. */
  number(value: number): string {
    const name = `constant.${value}`
    return this.once(name, () => this.#initializer(name, dataType.float, [], Float32Array.of(value)))
  }

  /** `count` numbers that are all `value`. */
  filled(count: number, value: number): string {
    const name = `constant.${count}x${value}`
    return this.once(name, () =>
      this.#initializer(name, dataType.float, [count], new Float32Array(count).fill(value)),
    )
  }

  tensor(name: string, shape: readonly number[], make: () => Float32Array): string {
    return this.once(name, () => this.#initializer(name, dataType.float, shape, make()))
  }

  /** Bytes from 0 to 255; a single one has the shape []. */
  bytes(values: readonly number[]): string {
    const name = `constant.bytes.${values.join('.')}`
    const dims = values.length === 1 ? [] : [values.length]
    return this.once(name, () => this.#initializer(name, dataType.uint8, dims, Uint8Array.from(values)))
  }

  /** A tensor of any type. */
  constant(name: string, type: number, shape: readonly number[], data: ArrayBufferView): string {
    return this.once(name, () => this.#initializer(name, type, shape, data))
  }

  matrix(name: string, make: () => Matrix): string {
    return this.once(name, () => {
      const { rows, columns, data } = make()
      return this.#initializer(name, dataType.float, [rows, columns], data)
    })
  }

  /** The same values in another shape; costs nothing. */
  reshape(value: string, shape: readonly number[], name = `${value}.as.${shape.join('.')}`): string {
    return this.once(name, () => this.node(name, 'Reshape', [value, this.integers(shape)]))
  }

  integers(values: readonly number[]): string {
    const name = `constant.integers.${values.join('.')}`
    return this.once(name, () =>
      this.#initializer(name, dataType.int64, [values.length], BigInt64Array.from(values, BigInt)),
    )
  }

  /** Writes what several nodes share when the first asks for it; `name` stands for it, `write` tells its ONNX name. */
  once(name: string, write: () => string): string {
    const usedAs = this.#usedAs.get(name) ?? write()
    this.#usedAs.set(name, usedAs)
    return usedAs
  }

  #initializer(name: string, type: number, dims: readonly number[], data: ArrayBufferView): string {
    const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    this.initializers.push({ name, dataType: type, dims, rawData })
    return name
  }
}

export type AttributeValue = AttributeProto extends infer Each
  ? Each extends AttributeProto
    ? Omit<Each, 'name'>
    : never
  : never

export function int(i: number) {
  return { type: attributeType.int, i }
}

export function ints(...values: readonly number[]) {
  return { type: attributeType.ints, ints: values }
}

export function float(f: number) {
  return { type: attributeType.float, f }
}

export function text(value: string) {
  return { type: attributeType.string, s: new TextEncoder().encode(value) }
}
