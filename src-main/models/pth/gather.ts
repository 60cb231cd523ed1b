/** A strided view of a storage as a tensor of its own, contiguous, in single or half precision. */
import type { WeightTensor } from '../../engine/protocol.ts'
import type { StorageType, TensorRef } from './pickle-values.ts'

/** Types that become weights; whole numbers only count batches and are left out. */
export type WeightStorageType = Exclude<StorageType, 'LongStorage'>

/** Copies the tensor out of its storage's little-endian bytes. Doubles and bfloat16 become singles. */
export function gather(
  tensor: TensorRef,
  type: WeightStorageType,
  bytes: Uint8Array<ArrayBuffer>,
): WeightTensor {
  const { shape } = tensor
  const count = elementCount(tensor)
  switch (type) {
    case 'FloatStorage': {
      const data = new Float32Array(count)
      copy(tensor, new Float32Array(bytes.buffer), data)
      return { dtype: 'F32', shape, data }
    }
    case 'DoubleStorage': {
      const data = new Float32Array(count)
      copy(tensor, new Float64Array(bytes.buffer), data)
      return { dtype: 'F32', shape, data }
    }
    case 'HalfStorage': {
      const data = new Uint16Array(count)
      copy(tensor, new Uint16Array(bytes.buffer), data)
      return { dtype: 'F16', shape, data }
    }
    case 'BFloat16Storage': {
      // A bfloat16 is the upper half of a single.
      const singles = new Uint32Array(count)
      copy(
        tensor,
        Uint32Array.from(new Uint16Array(bytes.buffer), (half) => half << 16),
        singles,
      )
      return { dtype: 'F32', shape, data: new Float32Array(singles.buffer) }
    }
  }
}

/** Elements of a tensor. */
export function elementCount({ shape }: TensorRef): number {
  return shape.reduce((product, length) => product * length, 1)
}

type Numbers = Float32Array | Float64Array | Uint16Array | Uint32Array

function copy(tensor: TensorRef, storage: Numbers, target: Numbers): void {
  const start = tensor.storage.begin + tensor.offset
  if (isContiguous(tensor)) return target.set(storage.subarray(start, start + target.length))
  const index = tensor.shape.map(() => 0)
  let from = start
  for (let to = 0; to < target.length; to++) {
    target[to] = storage[from] ?? 0
    // Count up the index from the last axis, and move along with it.
    for (let axis = index.length - 1; axis >= 0; axis--) {
      const stride = tensor.strides[axis] ?? 0
      const next = (index[axis] ?? 0) + 1
      from += stride
      if (next < (tensor.shape[axis] ?? 0)) {
        index[axis] = next
        break
      }
      from -= next * stride
      index[axis] = 0
    }
  }
}

function isContiguous({ shape, strides }: TensorRef): boolean {
  let expected = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const length = shape[axis] ?? 1
    if (length !== 1 && strides[axis] !== expected) return false
    expected *= length
  }
  return true
}
