/** Three ways to begin: settings that go together, for window and terminal. */
import { z } from 'zod'
import { paperSettings, type TrainingSettings } from './training.ts'

export const presetSchema = z.enum(['quick', 'evening', 'paper'])
export type Preset = z.infer<typeof presetSchema>
export const presets = presetSchema.options

/** With fewer different pictures than this a side, discriminators learn them by heart: augmentation helps. */
export const fewPictures = 300

/** Steps in which new discriminators get to know a model's generators before these learn again. */
const usualWarmUp = 200

export interface PresetOptions {
  /** Different pictures in the smaller folder. */
  readonly pictures: number
  /** The model to begin from, with its networks' sizes; null: from scratch. */
  readonly from: {
    readonly ngf: number
    readonly blocks: number
    /** Channels of its discriminators; null where it has none of both sides. */
    readonly ndf: number | null
  } | null
}

/**
 * `quick`: does it work at all, in minutes. `evening`: a style that can be used, in hours. `paper`: as the paper trains,
 * in days without a graphics card.
 */
export function presetSettings(preset: Preset, { pictures, from }: PresetOptions): TrainingSettings {
  const settings: TrainingSettings = {
    ...paperSettings,
    ...byPreset[preset],
    augmentation: preset !== 'paper' && pictures < fewPictures ? ['translation', 'cutout'] : [],
  }
  if (from === null) return settings
  return {
    ...settings,
    ngf: from.ngf,
    blocks: from.blocks,
    ndf: from.ndf ?? settings.ndf,
    warmUp: from.ndf === null ? usualWarmUp : 0,
  }
}

const byPreset: Readonly<Record<Preset, Partial<TrainingSettings>>> = {
  quick: {
    ...{ ngf: 16, blocks: 6, ndf: 32, load: 143, crop: 128 },
    length: { kind: 'minutes', minutes: 10 },
    ...{ checkpointMinutes: 2, sampleEvery: 100 },
  },
  evening: {
    ...{ ngf: 32, blocks: 9, ndf: 64, load: 143, crop: 128 },
    length: { kind: 'minutes', minutes: 240 },
    sampleEvery: 500,
  },
  paper: { checkpointMinutes: 15, sampleEvery: 1000 },
}
