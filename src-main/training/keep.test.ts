import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { TrainingSettings } from '../contract/training.ts'
import type { Weights } from '../engine/protocol.ts'
import { trainerState } from '../engine/testing/trainer-state.ts'
import { cardSchema, type ModelCard } from '../models/card.ts'
import { fromHalf, toHalf } from '../models/half.ts'
import { openModelFolder, type Model } from '../models/model.ts'
import { ModelShelf } from '../models/shelf.ts'
import { failureOf } from '../photos/test-support.ts'
import { temporaryFolder } from './data/test-support.ts'
import { writeTrainedModel } from './keep.ts'
import { createRun, runPaths, type RunRecord } from './run-file.ts'
import { CheckpointStore } from './store/checkpoints.ts'
import { sourceOf } from './store/testing/state.ts'
import { tinySettings, writeTrainedRun } from './testing/trained-run.ts'
import { trainerSettings } from './trainer-settings.ts'

const at = temporaryFolder()
let runs = 0
const newFolder = (): string => at(`run ${++runs}`)
const names = { a: 'Summer', b: 'Winter' }

const stateOf = (settings: TrainingSettings, phase?: 'warm-up'): Weights =>
  trainerState(trainerSettings(settings, 12, 100), phase)

/** A run of these settings in its folder. */
const trainedIn = (folder: string, settings: TrainingSettings = tinySettings, state = stateOf(settings)) =>
  writeTrainedRun(folder, { settings, state })

async function kept(folder: string, record: RunRecord): Promise<Model> {
  return openModelFolder(await writeTrainedModel(folder, record, names, '1.2.3'), false)
}

async function cardOf(folder: string): Promise<ModelCard> {
  return cardSchema.parse(JSON.parse(await readFile(join(runPaths(folder).model, 'model.json'), 'utf8')))
}

/** The tensors of a network in a checkpoint, `suffix` behind their names, as halves under the official names. */
function halvesOf(state: Weights, network: string, suffix = ''): Record<string, Float32Array> {
  const wanted = Object.entries(state).filter(
    ([name]) => name.startsWith(`${network}.`) && /\.(?:weight|bias)$/.test(name),
  )
  return Object.fromEntries(
    wanted.map(([name]) => {
      const tensor = state[`${name}${suffix}`]
      if (tensor?.dtype !== 'F32') throw new Error(`no ${name}${suffix}`)
      return [name.slice(network.length + 1), fromHalf(toHalf(tensor.data))]
    }),
  )
}

function valuesOf(weights: Weights | undefined): Record<string, Float32Array> {
  return Object.fromEntries(
    Object.entries(weights ?? {}).map(([name, { dtype, data }]) => [
      name,
      dtype === 'F16' ? fromHalf(data) : data,
    ]),
  )
}

describe('writeTrainedModel', () => {
  it('keeps the averages of the generators, in half precision', async () => {
    const folder = newFolder()
    const state = stateOf(tinySettings)
    const model = await kept(folder, await trainedIn(folder, tinySettings, state))
    expect(model.directions).toEqual(['AtoB', 'BtoA'])
    for (const [direction, network] of [
      ['AtoB', 'G_A'],
      ['BtoA', 'G_B'],
    ] as const) {
      const weights = await model.weights(direction)
      expect(valuesOf(weights)).toEqual(halvesOf(state, network, '.average'))
      expect(valuesOf(weights)).not.toEqual(halvesOf(state, network))
      for (const { dtype } of Object.values(weights)) expect(dtype).toBe('F16')
    }
  })

  it('keeps each discriminator by the domain that it judges: D_A, of the generator A → B, judges B', async () => {
    const folder = newFolder()
    const state = stateOf(tinySettings)
    const { A, B } = await (await kept(folder, await trainedIn(folder, tinySettings, state))).discriminators()
    expect(valuesOf(B)).toEqual(halvesOf(state, 'D_A'))
    expect(valuesOf(A)).toEqual(halvesOf(state, 'D_B'))
  })

  it('keeps the generators themselves in the warm-up, where there are no averages', async () => {
    const folder = newFolder()
    const state = stateOf(tinySettings, 'warm-up')
    const model = await kept(
      folder,
      await writeTrainedRun(folder, { settings: tinySettings, state, step: 4 }),
    )
    expect(valuesOf(await model.weights('AtoB'))).toEqual(halvesOf(state, 'G_A'))
    expect((await cardOf(folder)).training.notes).toContain('epochs 0.0')
  })

  it('keeps no discriminators where the cycle was trained alone', async () => {
    const folder = newFolder()
    const settings = { ...tinySettings, gan: 'none', warmUp: 0 } as const
    const model = await kept(folder, await trainedIn(folder, settings))
    expect(model.card.discriminators).toBeUndefined()
    expect(await model.discriminators()).toEqual({})
  })

  it('keeps in single precision what is too large for half', async () => {
    const folder = newFolder()
    const state = stateOf(tinySettings)
    state['G_A.model.1.bias.average']!.data[0] = 70_000
    const model = await kept(folder, await trainedIn(folder, tinySettings, state))
    const weights = await model.weights('AtoB')
    expect(weights['model.1.bias']?.dtype).toBe('F32')
    expect(weights['model.1.bias']?.data[0]).toBe(70_000)
    expect((await model.weights('BtoA'))['model.1.bias']?.dtype).toBe('F16')
  })

  it('tells on its card what it was trained on and how', async () => {
    const folder = newFolder()
    await kept(folder, await trainedIn(folder))
    const card = await cardOf(folder)
    expect(card).toMatchObject({
      ...{ category: 'own', workingSize: 256, a: { label: 'Summer' }, b: { label: 'Winter' } },
      architecture: { kind: 'resnet-generator', ngf: 2, blocks: 1 },
      training: {
        data: { en: 'Two folders of pictures: summer (12), winter (10)' },
        ...{ steps: 40, source: 'Trained by Solstice 1.2.3' },
      },
    })
    // 30 steps after the warm-up, of 12 pictures each; of the reports the last that the checkpoint has seen.
    expect(card.training.notes).toContain('epochs 2.5, warmUp 10, ngf 2, blocks 1, ndf 3')
    expect(card.training.notes).toContain('last losses: G_A 4.875, D_B 0.250')
    expect(JSON.stringify(card)).not.toContain('/photos')
  })

  it('names the style that it began from, and not where that lay', async () => {
    const folder = newFolder()
    const record = await trainedIn(folder)
    await kept(folder, { ...record, from: '/home/someone/my-style' })
    expect((await cardOf(folder)).training.source).toBe('Trained by Solstice 1.2.3, begun from my-style')
  })

  it('passes on the licence, the steps and the pictures of the style that it began from', async () => {
    const folder = newFolder()
    const record = await trainedIn(folder)
    const data = { en: 'Yosemite', ru: 'Йосемити' }
    const base = { id: 'horse2zebra', licence: 'Non-commercial research', steps: 2500, data }
    await kept(folder, { ...record, from: '/models/run/model', base })
    const { licence, training } = await cardOf(folder)
    expect(licence).toMatch(/^Own training; .*horse2zebra.*: Non-commercial research$/)
    expect(training).toMatchObject({
      data: {
        en: 'Two folders of pictures: summer (12), winter (10). Begun from horse2zebra, 2500 steps: Yosemite',
        ru: 'Две папки снимков: summer (12), winter (10). Начато с horse2zebra, шагов: 2500: Йосемити',
      },
      ...{ steps: 40, source: 'Trained by Solstice 1.2.3, begun from horse2zebra' },
    })
    const long = { ...base, licence: 'x'.repeat(2000), data: { en: 'y'.repeat(2000), ru: 'z'.repeat(2000) } }
    await kept(folder, { ...record, from: 'horse2zebra', base: long })
  })

  it('says what was left out of the objective', async () => {
    const folder = newFolder()
    await kept(folder, await trainedIn(folder, { ...tinySettings, backwardCycle: false, flip: false }))
    const { notes } = (await cardOf(folder)).training
    expect(notes).toContain('backwardCycle false, flip false')
    expect(notes).not.toContain('forwardCycle')
  })

  it.each([
    [{ scale: 'short-side', load: 143 }, 256],
    [{ scale: 'short-side', load: 286 }, 428],
    [{ scale: 'short-side', load: 600 }, 900],
    [{ scale: 'width', load: 1024 }, 1024],
    [{ scale: 'width', load: 8192 }, 2048],
  ] as const)('paints at the size that it was trained at: %o', async (scaling, size) => {
    const folder = newFolder()
    const model = await kept(folder, await trainedIn(folder, { ...tinySettings, ...scaling }))
    expect(model.card.workingSize).toBe(size)
  })

  it('makes a card that holds, however long the names of the folders are', async () => {
    const folder = newFolder()
    const record = await trainedIn(folder)
    const long = (name: string): RunRecord['a'] => ({ folder: `/${name.repeat(255)}`, pictures: 12 })
    await kept(folder, { ...record, a: long('ä'), b: long('b'), from: `/${'c'.repeat(255)}` })
    expect((await cardOf(folder)).training.steps).toBe(40)
  })

  it('takes the newest checkpoint, and the place of what was kept before', async () => {
    const folder = newFolder()
    const record = await trainedIn(folder)
    await kept(folder, record)
    const newer = stateOf({ ...tinySettings, seed: 2 })
    newer['G_A.model.1.bias.average']!.data[0] = 0.5
    await new CheckpointStore(runPaths(folder).checkpoints).write(77, sourceOf(newer))
    const model = await kept(folder, record)
    expect(valuesOf(await model.weights('AtoB'))['model.1.bias']?.[0]).toBe(0.5)
    expect((await cardOf(folder)).training.steps).toBe(77)
  })

  it('can be brought to the shelf, under a name and an id of its own', async () => {
    const folder = newFolder()
    const trained = await writeTrainedModel(folder, await trainedIn(folder), names, '1.2.3')
    const shelf = new ModelShelf({ builtIn: at('none'), own: at('models') })
    await shelf.import(trained, { id: 'meadow', name: 'Meadow' })
    const model = await shelf.open('meadow')
    expect(model.card).toMatchObject({ id: 'meadow', name: 'Meadow', a: { label: 'Summer' } })
    expect(Object.keys(await model.discriminators())).toEqual(['A', 'B'])
  })

  it('asks to train first where there is no checkpoint', async () => {
    const folder = newFolder()
    const { total, ...record } = await trainedIn(newFolder())
    const file = { path: '/photos/1.jpg', name: '1.jpg', bytes: 1, modified: 1 }
    await createRun(folder, { ...record, total }, { a: [file], b: [file] })
    const failure = await failureOf(writeTrainedModel(folder, { ...record, total }, names, '1.2.3'))
    expect(failure).toMatchObject({ code: 'bad-request', subject: 'Meadow' })
    expect(failure.detail).toContain('train for a while first')
  })
})
