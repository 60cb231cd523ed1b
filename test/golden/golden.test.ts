import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { OnnxRuntime } from '../../src-main/engine/runtimes/onnx/runtime.ts'
import { tensorflowJavascript } from '../../src-main/engine/testing/tensorflow-javascript.ts'
import { compareGolden, goldenNames } from './compare.ts'
import { compareTraining, trainingNames } from './training.ts'

const folder = join(import.meta.dirname, '../../../shared/golden')
const present = existsSync(folder)

/**
 * Pairs whose output was computed before the weights were rounded to half precision, and how far PyTorch 1.13 itself
 * (float64) is from that output with the rounded weights of the file: no nearer and no farther may we be.
 */
const roundedInPyTorch = new Map([['g9-half', 0.0070937]])

describe.skipIf(!present)(`golden pairs${present ? '' : ' (skipped: no ../shared/golden)'}`, async () => {
  const names = present ? await goldenNames(folder) : []

  it('are there', () => {
    expect(names.length).toBeGreaterThan(0)
  })

  it.each(names)('%s', async (name) => {
    const row = await compareGolden(new OnnxRuntime(), folder, name)
    expect(row.difference).toBeLessThanOrEqual(row.tolerance)
    expect(row.passed).toBe(true)
  })

  it.each([...roundedInPyTorch].filter(([name]) => names.includes(name)))(
    '%s is as far from its output (%f) as PyTorch is',
    async (name, difference) => {
      const row = await compareGolden(new OnnxRuntime(), folder, name)
      expect(Math.abs(row.difference - difference)).toBeLessThan(1e-5)
    },
  )
})

describe.skipIf(!present)(`golden training${present ? '' : ' (skipped: no ../shared/golden)'}`, async () => {
  const names = present ? await trainingNames(folder) : []

  it('is there', () => {
    expect(names.length).toBeGreaterThan(0)
  })

  it.each(names)('%s', async (name) => {
    expect(await compareTraining(new OnnxRuntime(), folder, name)).toMatchObject({ name, passed: true })
  })
})

/** In plain JavaScript: what takes a few seconds. `golden --runtime tensorflow-javascript` runs all of them. */
describe.skipIf(!present)(
  `golden cases in TensorFlow.js${present ? '' : ' (skipped: no ../shared/golden)'}`,
  () => {
    it.each(['g6-zip', 'g9-half'])('%s', async (name) => {
      expect(await compareGolden(tensorflowJavascript(), folder, name)).toMatchObject({ name, passed: true })
    })

    it('train-vanilla-noidt', async () => {
      const name = 'train-vanilla-noidt'
      expect(await compareTraining(tensorflowJavascript(), folder, name)).toMatchObject({
        name,
        passed: true,
      })
    })
  },
)
