import { describe, expect, it } from 'vitest'
import type { Weights } from '../engine/protocol.ts'
import { OnnxRuntime } from '../engine/runtimes/onnx/runtime.ts'
import { trainerState } from '../engine/testing/trainer-state.ts'
import { Trainer } from '../engine/train/trainer.ts'
import { openModelFolder, type Model } from '../models/model.ts'
import { failureOf } from '../photos/test-support.ts'
import { beginningWeights, networksOf } from './begin-from.ts'
import { temporaryFolder } from './data/test-support.ts'
import { writeTrainedModel } from './keep.ts'
import { gathered } from './store/testing/state.ts'
import { tinySettings, writeTrainedRun } from './testing/trained-run.ts'
import { trainerSettings } from './trainer-settings.ts'

const at = temporaryFolder()
let runs = 0

/** A style as a run of tiny networks leaves it, with the state of that run. */
async function trained(settings = tinySettings): Promise<{ readonly model: Model; readonly state: Weights }> {
  const [folder, state] = [at(`run ${++runs}`), trainerState(trainerSettings(settings, 12, 100))]
  const record = await writeTrainedRun(folder, { settings, state })
  const kept = await writeTrainedModel(folder, record, { a: 'A', b: 'B' }, '1')
  return { model: await openModelFolder(kept, false), state }
}

const sizes = { ngf: 2, blocks: 1, ndf: 3 }

describe('beginningWeights', () => {
  it('are the averages and the discriminators of a style that was kept, each under its name in the step', async () => {
    const { model, state } = await trained()
    expect(await networksOf(model)).toEqual(sizes)
    const weights = await gathered(beginningWeights(model, sizes))
    for (const [name, { dtype, shape, data }] of Object.entries(weights)) {
      const before = state[name.startsWith('G_') ? `${name}.average` : name]!
      expect([dtype, shape]).toEqual(['F32', before.shape])
      // A half has 11 significant bits; below 2⁻¹⁴ they get fewer.
      data.forEach((value, i) => {
        expect(Math.abs(value - before.data[i]!)).toBeLessThanOrEqual(
          Math.max(2 ** -25, Math.abs(value) * 2 ** -11),
        )
      })
    }
    const networks = Object.keys(weights).map((name) => name.slice(0, 4))
    expect([...new Set(networks)]).toEqual(['G_A.', 'G_B.', 'D_A.', 'D_B.'])
  })

  it('are what a trainer begins with: the kept style can be trained on', async () => {
    const { model } = await trained()
    const weights = await gathered(beginningWeights(model, sizes))
    const settings = trainerSettings({ ...tinySettings, warmUp: 0 }, 12, 100)
    const trainer = await Trainer.start(
      new OnnxRuntime(),
      settings,
      { kind: 'begin' },
      structuredClone(weights),
    )
    try {
      expect(await trainer.read(Object.keys(weights))).toEqual(weights)
      const learned = trainer.entries.filter(({ name }) => /\.(?:weight|bias)$/.test(name))
      expect(learned.map(({ name }) => name).toSorted()).toEqual(Object.keys(weights).toSorted())
    } finally {
      await trainer.release()
    }
  })

  it('have no discriminators where others are wanted, or where there are none of both sides', async () => {
    const { model } = await trained()
    const networksIn = async (from: Model, ndf: number): Promise<readonly string[]> => [
      ...new Set(
        Object.keys(await gathered(beginningWeights(from, { ...sizes, ndf }))).map((name) =>
          name.slice(0, 3),
        ),
      ),
    ]
    expect(await networksIn(model, 4)).toEqual(['G_A', 'G_B'])
    const { model: cycleAlone } = await trained({ ...tinySettings, gan: 'none', warmUp: 0 })
    expect(await networksOf(cycleAlone)).toEqual({ ...sizes, ndf: null })
    expect(await networksIn(cycleAlone, 3)).toEqual(['G_A', 'G_B'])
    const oneSided: Model = {
      ...model,
      discriminators: async () => ({ A: (await model.discriminators()).A! }),
    }
    expect((await networksOf(oneSided)).ndf).toBeNull()
    expect(await networksIn(oneSided, 3)).toEqual(['G_A', 'G_B'])
  })

  it('are one generator where the style goes one way', async () => {
    const { model } = await trained()
    const oneWay: Model = { ...model, directions: ['BtoA'], discriminators: async () => ({}) }
    const names = Object.keys(await gathered(beginningWeights(oneWay, sizes)))
    expect(names.every((name) => name.startsWith('G_B.model.'))).toBe(true)
  })

  it.each([{ ngf: 4 }, { blocks: 2 }])('refuse generators of other sizes: %o', async (other) => {
    const { model } = await trained()
    const failure = await failureOf(gathered(beginningWeights(model, { ...sizes, ...other })))
    expect(failure).toMatchObject({ code: 'bad-request', detail: 'the style is of ngf 2 with 1 blocks' })
  })
})
