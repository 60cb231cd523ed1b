/** A setting's value in words, as the drawer shows defaults and a run its settings. */
import type { Locale } from '../../src-main/contract/schemas.ts'
import type { RunLength, TrainingSettings } from '../../src-main/contract/training.ts'
import { figure } from '../ui/locale.ts'
import { isNumberField, isSwitchField, type Field } from './fields.ts'
import { settingsText } from './settings-text.ts'

export function valueText(settings: TrainingSettings, field: Field, locale: Locale): string {
  const t = settingsText[locale]
  if (field === 'checkpointMinutes') return t.minutesValue(settings.checkpointMinutes)
  if (field === 'sampleEvery') return t.stepsValue(settings.sampleEvery)
  if (isNumberField(field)) return figure(locale, settings[field])
  if (isSwitchField(field)) return settings[field] ? t.on : t.off
  switch (field) {
    case 'scale':
      return t.scales[settings.scale]
    case 'gan':
      return t.gans[settings.gan]
    case 'length':
      return lengthText(settings.length, locale)
    case 'augmentation':
      return settings.augmentation.map((kind) => t.augmentations[kind]).join(', ') || t.off
  }
}

function lengthText(length: RunLength, locale: Locale): string {
  const t = settingsText[locale]
  switch (length.kind) {
    case 'epochs':
      return t.epochsValue(length.constant, length.decay)
    case 'steps':
      return t.stepsValue(length.steps)
    case 'minutes':
      return t.minutesValue(length.minutes)
  }
}
