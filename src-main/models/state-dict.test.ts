/** From names and shapes to a network: what is recognised, and what is said about the rest. */
import { describe, expect, it } from 'vitest'
import { discriminatorParameters } from '../engine/networks/discriminator.ts'
import { generatorParameters } from '../engine/networks/generator.ts'
import type { Weights } from '../engine/protocol.ts'
import { fromHalf } from './half.ts'
import { architectureOf, checkDiscriminator, cleanStateDict, firstNotFinite, halved } from './state-dict.ts'
import { randomWeights } from './testing/weights.ts'

const generator = (ngf: number, blocks: number) => randomWeights(generatorParameters({ ngf, blocks }), 1)
const renamed = (weights: Weights, rename: (name: string) => string): Weights =>
  Object.fromEntries(Object.entries(weights).map(([name, tensor]) => [rename(name), tensor]))
const vector = (...values: readonly number[]) =>
  ({ dtype: 'F32', shape: [values.length], data: Float32Array.from(values) }) as const

describe('architectureOf', () => {
  it.each([
    [1, 1],
    [4, 6],
    [3, 9],
  ])('tells ngf %i with %i blocks', (ngf, blocks) => {
    expect(architectureOf(generator(ngf, blocks), 'f')).toEqual({ kind: 'resnet-generator', ngf, blocks })
  })

  it('has the names of the official nine-block generator', () => {
    const names = Object.keys(generator(2, 9))
    expect(names).toHaveLength(48)
    for (const name of [
      'model.1.weight',
      'model.10.conv_block.1.weight',
      'model.18.conv_block.5.bias',
      'model.26.bias',
    ]) {
      expect(names).toContain(name)
    }
  })

  const good = generator(2, 2)
  const without = (name: string) => Object.fromEntries(Object.entries(good).filter(([key]) => key !== name))
  it.each([
    ['misses model.1.weight', {}],
    ['misses model.7.bias', without('model.7.bias')],
    ['has model.99.weight, which the network has not', { ...good, 'model.99.weight': vector(1) }],
    ['has model.1.bias as [3], not [2]', { ...good, 'model.1.bias': vector(1, 2, 3) }],
    [
      'has 2 channels and 0 blocks; 1 to 256 and 1 to 32 are known',
      Object.fromEntries(Object.entries(good).filter(([name]) => !name.includes('conv_block'))),
    ],
    [
      'has 1000 channels and 2 blocks; 1 to 256 and 1 to 32 are known',
      { ...good, 'model.1.weight': { dtype: 'F32', shape: [1000], data: new Float32Array(1000) } as const },
    ],
  ])('says what is odd: %s', (detail, weights) => {
    expect(() => architectureOf(weights, 'odd.pth')).toThrow(
      expect.objectContaining({ code: 'checkpoint-not-a-generator', subject: 'odd.pth', detail }),
    )
  })
})

describe('cleanStateDict', () => {
  const good = generator(2, 2)

  it('takes off the prefix of DataParallel', () => {
    expect(
      cleanStateDict(
        renamed(good, (name) => `module.${name}`),
        'f',
      ),
    ).toEqual(good)
  })

  it('knows the generator with dropout', () => {
    expect(
      cleanStateDict(
        renamed(good, (name) => name.replace('conv_block.5', 'conv_block.6')),
        'f',
      ),
    ).toEqual(good)
  })

  it('drops running statistics', () => {
    const statistics = {
      'model.2.running_mean': vector(1, 2),
      'model.2.running_var': vector(1, 2),
      'model.10.conv_block.2.num_batches_tracked': vector(1),
    }
    expect(cleanStateDict({ ...good, ...statistics }, 'f')).toEqual(good)
  })

  it('refuses two tensors of one name', () => {
    const both = { ...good, 'module.model.1.bias': vector(1, 2) }
    expect(() => cleanStateDict(both, 'f')).toThrow('has model.1.bias twice')
  })
})

describe('checkDiscriminator', () => {
  const good = randomWeights(discriminatorParameters({ ndf: 2 }), 1)

  it('knows the ten tensors of a PatchGAN', () => {
    expect(Object.keys(good)).toHaveLength(10)
    expect(() => checkDiscriminator(good, 'f')).not.toThrow()
  })

  it('refuses anything else', () => {
    expect(() => checkDiscriminator(generator(2, 2), 'f')).toThrow('is not a discriminator')
    expect(() => checkDiscriminator({ ...good, 'model.11.bias': vector(1, 2) }, 'f')).toThrow('model.11.bias')
  })
})

describe('precision', () => {
  it('halves every tensor within half an ulp', () => {
    const weights = generator(2, 1)
    const halves = halved(weights) ?? {}
    expect(Object.keys(halves)).toEqual(Object.keys(weights))
    for (const [name, tensor] of Object.entries(weights)) {
      const half = halves[name]
      const back = half?.dtype === 'F16' ? fromHalf(half.data) : new Float32Array()
      // Below ½ in size, so at most 2^-2 · 2^-11 … from the next half.
      tensor.data.forEach((value, i) =>
        expect(Math.abs(value - (back[i] ?? NaN))).toBeLessThanOrEqual(2 ** -13),
      )
    }
  })

  it('does not halve what would overflow', () => {
    expect(halved({ big: vector(1, 70_000) })).toBeNull()
  })

  it('finds infinities and NaN', () => {
    expect(firstNotFinite({ a: vector(1), b: vector(NaN) })).toBe('b')
    expect(firstNotFinite({ h: { dtype: 'F16', shape: [2], data: Uint16Array.of(0x3c00, 0xfc00) } })).toBe(
      'h',
    )
    expect(firstNotFinite(generator(1, 1))).toBeNull()
  })
})
