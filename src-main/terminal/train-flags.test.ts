import { Command, CommanderError } from 'commander'
import { describe, expect, it } from 'vitest'
import { Failure } from '../contract/errors.ts'
import { presetSettings } from '../contract/training-presets.ts'
import { paperSettings, type TrainingSettings } from '../contract/training.ts'
import { addTrainFlags, settingsFrom, type TrainFlags } from './train-flags.ts'

/** The flags of a command line, as `solstice train` gets them. */
function flagsOf(...line: readonly string[]): TrainFlags {
  const command = addTrainFlags(new Command('train'))
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
  return command.parse([...line], { from: 'user' }).opts<TrainFlags>()
}

const settingsOf = (...line: readonly string[]): TrainingSettings =>
  settingsFrom(paperSettings, flagsOf(...line))

/** The settings that a command line changes. */
function changedBy(...line: readonly string[]): object {
  const settings = settingsOf(...line)
  return Object.fromEntries(
    Object.entries(settings).filter(
      ([name, value]) =>
        JSON.stringify(value) !== JSON.stringify(paperSettings[name as keyof TrainingSettings]),
    ),
  )
}

function failureOf(...line: readonly string[]): Failure {
  try {
    settingsOf(...line)
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown
    throw thrown
  }
  throw new Error('it did not fail')
}

describe('the flags of solstice train', () => {
  it('change nothing when there are none', () => {
    expect(settingsOf()).toEqual(paperSettings)
    const evening = presetSettings('evening', { pictures: 10, from: null })
    expect(settingsFrom(evening, flagsOf())).toEqual(evening)
  })

  it.each<[string, object]>([
    ['--no-flip', { flip: false }],
    ['--no-forward-cycle', { forwardCycle: false }],
    ['--no-backward-cycle', { backwardCycle: false }],
    ['--scale width --load 1024 --crop 360', { scale: 'width', load: 1024, crop: 360 }],
    ['--ngf 32 --blocks 6 --ndf 48', { ngf: 32, blocks: 6, ndf: 48 }],
    [
      '--gan vanilla --lambda-cycle 5 --lambda-identity 0',
      { gan: 'vanilla', lambdaCycle: 5, lambdaIdentity: 0 },
    ],
    ['--rate 1e-4 --batch 4 --pool 0', { rate: 1e-4, batch: 4, pool: 0 }],
    ['--augmentation cutout,translation', { augmentation: ['cutout', 'translation'] }],
    ['--augmentation cutout,cutout', { augmentation: ['cutout'] }],
    [
      '--average-decay 0 --warm-up 30 --seed 4294967295',
      { averageDecay: 0, warmUp: 30, seed: 4_294_967_295 },
    ],
    ['--checkpoint-every 0.5 --sample-every 10', { checkpointMinutes: 0.5, sampleEvery: 10 }],
    ['--epochs 20 --decay 30', { length: { kind: 'epochs', constant: 20, decay: 30 } }],
    ['--epochs 20', { length: { kind: 'epochs', constant: 20, decay: 0 } }],
    ['--decay 30', { length: { kind: 'epochs', constant: 0, decay: 30 } }],
    ['--steps 5000', { length: { kind: 'steps', steps: 5000 } }],
    ['--minutes 0.5', { length: { kind: 'minutes', minutes: 0.5 } }],
  ])('change what they name: %s', (line, changed) => {
    expect(changedBy(...line.split(' '))).toEqual(changed)
  })

  it('switch augmentation off that a preset has on', () => {
    const few = presetSettings('quick', { pictures: 10, from: null })
    expect(few.augmentation).not.toEqual([])
    expect(settingsFrom(few, flagsOf('--augmentation', 'none')).augmentation).toEqual([])
  })

  it.each([
    '--epochs 5 --steps 100',
    '--decay 5 --minutes 10',
    '--steps 100 --minutes 10',
    '--epochs 1 --decay 1 --steps 1 --minutes 1',
  ])('give one length: %s', (line) => {
    expect(failureOf(...line.split(' '))).toMatchObject({
      code: 'bad-request',
      detail: 'a run is as long as epochs, steps or minutes say: one of them',
    })
  })

  it.each([
    ['--epochs 0', 'a run of no epochs trains nothing'],
    ['--epochs 0 --decay 0', 'a run of no epochs trains nothing'],
    ['--load 128 --crop 256', 'the crop does not fit into the scaled picture'],
    ['--crop 130', 'crop: the crop must be a multiple of 4'],
    ['--rate 0.2', 'rate'],
    ['--average-decay 1.5', 'averageDecay'],
    ['--lambda-cycle 1001', 'lambdaCycle'],
    ['--minutes 0.01', 'length.minutes'],
    ['--checkpoint-every 0.001', 'checkpointMinutes'],
    ['--gan none --no-forward-cycle --no-backward-cycle --lambda-identity 0', 'the objective has no term'],
  ])('refuse what does not go together: %s', (line, detail) => {
    const failure = failureOf(...line.split(' '))
    expect(failure.code).toBe('bad-request')
    expect(failure.detail).toContain(detail)
  })

  it.each([
    ['--batch', '0'],
    ['--batch', '1.5'],
    ['--rate', '0'],
    ['--rate', 'fast'],
    ['--rate', 'Infinity'],
    ['--lambda-identity', '-1'],
    ['--minutes', ''],
    ['--augmentation', 'colour'],
    ['--augmentation', 'cutout,'],
    ['--gan', 'wasserstein'],
    ['--scale', 'height'],
    ['--preset', 'long'],
    ['--seed', '4294967296'],
    ['--out', ' '],
    ['--name', 'm'.repeat(81)],
    ['--a', 'no/such/folder'],
  ])('refuse a value that is none: %s %s', (flag, value) => {
    expect(() => flagsOf(flag, value)).toThrow(CommanderError)
  })
})
