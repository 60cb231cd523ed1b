/** Collects the nodes and initializers of one ONNX graph; each tensor is written once, however often it is used. */
import type { WeightTensor } from '../../protocol.ts'
import { attributeType, dataType } from './proto.ts'
import type { AttributeProto, NodeProto, TensorProto } from './proto.ts'

export class GraphWriter {
  readonly nodes: NodeProto[] = []
  readonly initializers: TensorProto[] = []
  /** Of each initializer, the name under which nodes use it. */
  readonly #usedAs = new Map<string, string>()

  /** Adds a node that gives the value `name`. */
  node(
    name: string,
    opType: string,
    input: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
  ): void {
    const attribute = Object.entries(attributes).map(([key, value]) => ({ name: key, ...value }))
    this.nodes.push({ name, opType, input, output: [name], attribute })
  }

  /** A weight as an initializer. Half precision stays so in the file; the session widens it once, when it is made. */
  weight(name: string, tensor: WeightTensor): string {
    return this.#once(name, () => {
      if (tensor.dtype === 'F32') return this.#initializer(name, dataType.float, tensor.shape, tensor.data)
      const wide = `${name}.float`
      const half = this.#initializer(name, dataType.float16, tensor.shape, tensor.data)
      this.node(wide, 'Cast', [half], { to: int(dataType.float) })
      return wide
    })
  }

  /** `count` numbers that are all `value`. */
  filled(count: number, value: number): string {
    const name = `constant.${count}x${value}`
    return this.#once(name, () =>
      this.#initializer(name, dataType.float, [count], new Float32Array(count).fill(value)),
    )
  }

  integers(values: readonly number[]): string {
    const name = `constant.${values.join('.')}`
    return this.#once(name, () =>
      this.#initializer(name, dataType.int64, [values.length], BigInt64Array.from(values, BigInt)),
    )
  }

  #once(name: string, write: () => string): string {
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

type AttributeValue = AttributeProto extends infer Each
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
