/**
 * A transposed convolution of 3×3, stride 2, padding 1 and output padding 1 as a plain convolution. Each of the four
 * pixels that one pixel becomes (its phases) sees a window of at most 2×2 pixels, so a 2×2 convolution with four times
 * the channels gives them all, and DepthToSpace lays them out. Exact, as fast, and needs less memory.
 *
 * In one dimension: y[2i] = x[i]·w[1], and y[2i+1] = x[i]·w[2] + x[i+1]·w[0].
 */
import type { Operator } from '../../graph/operators.ts'
import type { WeightTensor } from '../../protocol.ts'

/** For each phase the tap of the 3-pixel kernel that meets x[i] and x[i+1]. */
const tapsOfPhase = [
  [1, undefined],
  [2, 0],
] as const

export function hasFourPhases(operator: Operator, weightShape: readonly number[]): boolean {
  return (
    operator.kind === 'transposed-convolution' &&
    operator.stride === 2 &&
    operator.padding === 1 &&
    operator.outputPadding === 1 &&
    weightShape[2] === 3 &&
    weightShape[3] === 3
  )
}

/** [in, out, 3, 3] to [4·out, in, 2, 2]; the phase is the slower part of the output channel. */
export function phaseWeight(weight: WeightTensor): WeightTensor {
  const [into = 0, out = 0] = weight.shape
  return rearranged(weight, [4 * out, into, 2, 2], (data) => {
    let next = 0
    for (const tapsY of tapsOfPhase) {
      for (const tapsX of tapsOfPhase) {
        for (let o = 0; o < out; o++) {
          for (let i = 0; i < into; i++) {
            for (const y of tapsY) {
              for (const x of tapsX) {
                const met = y !== undefined && x !== undefined
                // A half-precision zero is the bits 0, so one loop serves both types.
                data[next++] = met ? (weight.data[((i * out + o) * 3 + y) * 3 + x] ?? 0) : 0
              }
            }
          }
        }
      }
    }
  })
}

/** [out] to [4·out]: the same for each phase. */
export function phaseBias(bias: WeightTensor): WeightTensor {
  const count = bias.data.length
  return rearranged(bias, [4 * count], (data) => {
    for (let phase = 0; phase < 4; phase++) data.set(bias.data, phase * count)
  })
}

function rearranged(
  { dtype }: WeightTensor,
  shape: readonly number[],
  fill: (data: Float32Array | Uint16Array) => void,
): WeightTensor {
  const count = shape.reduce((a, b) => a * b, 1)
  if (dtype === 'F32') {
    const data = new Float32Array(count)
    fill(data)
    return { dtype, shape, data }
  }
  const data = new Uint16Array(count)
  fill(data)
  return { dtype, shape, data }
}
