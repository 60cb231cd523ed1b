/** The advanced drawer: no setting is left out, and each value has words. */
import { describe, expect, it } from 'vitest'
import { presetSettings } from '../../src-main/contract/training-presets.ts'
import { paperSettings } from '../../src-main/contract/training.ts'
import { allFields, isFixed } from './fields.ts'
import { valueText } from './setting-values.ts'

describe('the fields', () => {
  it('are all settings, each once', () => {
    expect(allFields.toSorted()).toEqual(Object.keys(paperSettings).toSorted())
  })
})

describe('a style to begin from', () => {
  const pictures = 500

  it('decides the sizes of the networks that it has', () => {
    const whole = presetSettings('quick', { pictures, from: { ngf: 32, blocks: 6, ndf: 64 } })
    const generators = presetSettings('quick', { pictures, from: { ngf: 32, blocks: 6, ndf: null } })
    const fixedBy = (preset: typeof whole) => allFields.filter((field) => isFixed(field, 'style', preset))
    expect(fixedBy(whole)).toEqual(['ngf', 'blocks', 'ndf'])
    expect(fixedBy(generators)).toEqual(['ngf', 'blocks'])
  })

  it('decides nothing where there is none', () => {
    expect(allFields.filter((field) => isFixed(field, null, paperSettings))).toEqual([])
  })
})

describe('valueText', () => {
  it('says each value in words or figures', () => {
    expect(valueText(paperSettings, 'rate', 'en')).toBe('0.0002')
    expect(valueText(paperSettings, 'rate', 'ru')).toBe('0,0002')
    expect(valueText(paperSettings, 'length', 'en')).toBe('100 + 100 epochs')
    expect(valueText(paperSettings, 'checkpointMinutes', 'en')).toBe('10 min')
    expect(valueText(paperSettings, 'sampleEvery', 'en')).toBe('500 steps')
    expect(valueText(paperSettings, 'flip', 'en')).toBe('on')
    expect(valueText(paperSettings, 'scale', 'en')).toBe('Short side')
    expect(valueText(paperSettings, 'augmentation', 'en')).toBe('off')
    const augmented = { ...paperSettings, augmentation: ['translation', 'cutout'] } as typeof paperSettings
    expect(valueText(augmented, 'augmentation', 'en')).toBe('Translation, Cutout')
  })
})
