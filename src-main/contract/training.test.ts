import { describe, expect, it } from 'vitest'
import { epochSteps, paperSettings, totalSteps, trainingSettingsSchema } from './training.ts'
import { fewPictures, presets, presetSettings, type PresetOptions } from './training-presets.ts'

const problemOf = (changes: object): string | undefined =>
  trainingSettingsSchema.safeParse({ ...paperSettings, ...changes }).error?.issues[0]?.message

describe('the length of a run', () => {
  it('counts epochs by the larger folder, a batch that is not full as a step', () => {
    expect([
      epochSteps({ batch: 1 }, 1273),
      epochSteps({ batch: 4 }, 1273),
      epochSteps({ batch: 64 }, 10),
    ]).toEqual([1273, 319, 1])
    expect(totalSteps(paperSettings, 1273, 0)).toBe(200 * 1273)
  })

  it('has the steps or the time that was asked for, and the warm-up before', () => {
    const warmUp = 200
    const of = (length: typeof paperSettings.length) =>
      totalSteps({ ...paperSettings, warmUp, length }, 10, 0.25)
    expect(of({ kind: 'epochs', constant: 1, decay: 2 })).toBe(230)
    expect(of({ kind: 'steps', steps: 7 })).toBe(207)
    expect(of({ kind: 'minutes', minutes: 10 })).toBe(2600)
    expect(totalSteps({ ...paperSettings, length: { kind: 'minutes', minutes: 0.1 } }, 10, 3600)).toBe(1)
  })
})

describe('the settings of a run', () => {
  it.each([
    ['a crop that does not fit', { load: 128, crop: 132 }, 'the crop does not fit into the scaled picture'],
    ['a crop that the networks cannot halve', { crop: 254 }, 'the crop must be a multiple of 4'],
    [
      'nothing to learn from',
      { gan: 'none', forwardCycle: false, backwardCycle: false, lambdaIdentity: 0 },
      'the objective has no term',
    ],
  ])('refuse %s', (_, changes, problem) => {
    expect(problemOf(changes)).toBe(problem)
  })

  it('have no warm-up without discriminators, which a preset for a style without them asks for', () => {
    const { warmUp } = presetSettings('quick', { pictures: 10, from: { ngf: 8, blocks: 2, ndf: null } })
    expect(warmUp).toBeGreaterThan(0)
    const parsed = (gan: 'lsgan' | 'none') => trainingSettingsSchema.parse({ ...paperSettings, gan, warmUp })
    expect(parsed('none').warmUp).toBe(0)
    expect(parsed('lsgan').warmUp).toBe(warmUp)
  })

  it('take each of the paper’s ablations', () => {
    for (const changes of [
      { gan: 'none', lambdaIdentity: 0 },
      { forwardCycle: false, backwardCycle: false, lambdaIdentity: 0 },
      { backwardCycle: false },
      { forwardCycle: false },
      { gan: 'none', forwardCycle: false, backwardCycle: false },
    ])
      expect(problemOf(changes)).toBeUndefined()
  })
})

describe('presetSettings', () => {
  const froms: readonly PresetOptions['from'][] = [
    null,
    { ngf: 64, blocks: 9, ndf: null },
    { ngf: 32, blocks: 6, ndf: 48 },
  ]
  const all = presets.flatMap((preset) =>
    froms.flatMap((from) =>
      [10, fewPictures, Number.POSITIVE_INFINITY].map((pictures) => ({ preset, pictures, from })),
    ),
  )
  it.each(all)('are settings that a run takes: $preset, $pictures pictures, from $from', (options) => {
    const settings = presetSettings(options.preset, options)
    expect(trainingSettingsSchema.parse(settings)).toEqual(settings)
  })

  it('are the paper’s, as the reference trains', () => {
    expect(presetSettings('paper', { pictures: 10, from: null })).toEqual({
      ...paperSettings,
      // How often the user hears of it is another matter.
      ...{ checkpointMinutes: 15, sampleEvery: 1000 },
    })
  })

  it('switch augmentation on for few pictures, but not where the paper is followed', () => {
    const of = (preset: 'quick' | 'evening' | 'paper', pictures: number) =>
      presetSettings(preset, { pictures, from: null }).augmentation
    for (const preset of ['quick', 'evening'] as const) {
      expect(of(preset, fewPictures - 1)).toEqual(['translation', 'cutout'])
      expect(of(preset, fewPictures)).toEqual([])
    }
    expect(of('paper', 10)).toEqual([])
  })

  it('take the sizes of the model that is trained further, and warm new discriminators up', () => {
    for (const preset of presets) {
      const [withBoth, without] = [48, null].map((ndf) =>
        presetSettings(preset, { pictures: 500, from: { ngf: 24, blocks: 7, ndf } }),
      )
      expect(withBoth).toMatchObject({ ngf: 24, blocks: 7, ndf: 48, warmUp: 0 })
      expect(without).toMatchObject({ ngf: 24, blocks: 7, warmUp: 200 })
      expect(without?.ndf).toBe(presetSettings(preset, { pictures: 500, from: null }).ndf)
    }
  })
})
