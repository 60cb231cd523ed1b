/** Weights of half precision in single precision, exactly. */
import type { WeightTensor } from './protocol.ts'

export type WideTensor = Extract<WeightTensor, { dtype: 'F32' }>

/** The same values; a tensor of single precision itself. */
export function widened(tensor: WeightTensor): WideTensor {
  if (tensor.dtype === 'F32') return tensor
  const { shape, data } = tensor
  const values = new Float32Array(data.length)
  for (let i = 0; i < data.length; i++) values[i] = singles[data[i] ?? 0] ?? 0
  return { dtype: 'F32', shape, data: values }
}

/** The values of all half-precision bits. */
const singles = Float32Array.from({ length: 65_536 }, (_, bits) => {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >>> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY
  return sign * (exponent ? (1024 + fraction) * 2 ** (exponent - 25) : fraction * 2 ** -24)
})
