/** All settings of a training as the advanced drawer shows them: in which order, and with what kind of control. */
import type { TrainingSettings } from '../../src-main/contract/training.ts'

export type Field = keyof TrainingSettings

type FieldsOf<Value> = {
  [Name in Field]: TrainingSettings[Name] extends Value ? Name : never
}[Field]
export type NumberField = FieldsOf<number>
export type SwitchField = FieldsOf<boolean>
export type ChoiceField = 'scale' | 'gan'

/** What the arrows of a number's control add or take; `any`: no step is better than another. */
export const numberSteps: Readonly<Record<NumberField, number | 'any'>> = {
  ...{ ngf: 8, blocks: 1, ndf: 8, load: 1, crop: 4, batch: 1 },
  ...{ rate: 'any', lambdaCycle: 1, lambdaIdentity: 0.1 },
  ...{ pool: 10, averageDecay: 'any', warmUp: 100, seed: 1, checkpointMinutes: 1, sampleEvery: 100 },
}

const switches: readonly Field[] = ['flip', 'forwardCycle', 'backwardCycle'] satisfies SwitchField[]

export const isNumberField = (field: Field): field is NumberField => field in numberSteps
export const isSwitchField = (field: Field): field is SwitchField => switches.includes(field)

export type FieldGroup = 'networks' | 'pictures' | 'length' | 'objective' | 'discriminators' | 'record'

export const fieldGroups: readonly { readonly name: FieldGroup; readonly fields: readonly Field[] }[] = [
  { name: 'networks', fields: ['ngf', 'blocks', 'ndf'] },
  { name: 'pictures', fields: ['scale', 'load', 'crop', 'flip', 'batch'] },
  { name: 'length', fields: ['length', 'rate', 'averageDecay', 'warmUp'] },
  { name: 'objective', fields: ['gan', 'lambdaCycle', 'lambdaIdentity', 'forwardCycle', 'backwardCycle'] },
  { name: 'discriminators', fields: ['pool', 'augmentation'] },
  { name: 'record', fields: ['checkpointMinutes', 'sampleEvery', 'seed'] },
]

export const allFields: readonly Field[] = fieldGroups.flatMap(({ fields }) => fields)

/** Whether two values of a field mean the same. */
export const isSame = (one: unknown, two: unknown): boolean => JSON.stringify(one) === JSON.stringify(two)

/**
 * What a model to begin from decides: its generators, and its discriminators where it has them. The preset asks for a
 * warm-up exactly where it has none.
 */
export const isFixed = (field: Field, from: string | null, preset: TrainingSettings): boolean =>
  from !== null && (field === 'ngf' || field === 'blocks' || (field === 'ndf' && preset.warmUp === 0))
