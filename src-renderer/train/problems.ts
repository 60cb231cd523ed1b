/** What is wrong with settings, by field, from the contract's own schema; the words are in `settings-text.ts`. */
import { trainingSettingsSchema, type TrainingSettings } from '../../src-main/contract/training.ts'
import { allFields, type Field } from './fields.ts'

export type Problem =
  | { readonly kind: 'number' | 'whole' | 'multiple-of-4' | 'crop-too-large' | 'no-objective' }
  | { readonly kind: 'least' | 'most'; readonly bound: number }

export type Problems = ReadonlyMap<Field, Problem>

/** The first problem of each field; those that concern several stand at the one that is easiest to change. */
export function problemsOf(settings: TrainingSettings): Problems {
  const problems = new Map<Field, Problem>()
  const { error } = trainingSettingsSchema.safeParse(settings)
  for (const issue of error?.issues ?? []) {
    const [first] = issue.path
    const field = allFields.find((known) => known === first)
    const [at, problem] = field === undefined ? together(settings) : [field, alone(issue)]
    if (!problems.has(at)) problems.set(at, problem)
  }
  const { length } = settings
  if (length.kind === 'epochs' && length.constant + length.decay === 0)
    problems.set('length', { kind: 'least', bound: 1 })
  return problems
}

type Issue = NonNullable<ReturnType<typeof trainingSettingsSchema.safeParse>['error']>['issues'][number]

function alone(issue: Issue): Problem {
  switch (issue.code) {
    case 'too_small':
      return { kind: 'least', bound: Number(issue.minimum) }
    case 'too_big':
      return { kind: 'most', bound: Number(issue.maximum) }
    case 'invalid_type':
      return { kind: issue.expected === 'int' ? 'whole' : 'number' }
    case 'custom':
      return { kind: 'multiple-of-4' }
    default:
      return { kind: 'number' }
  }
}

/** The schema's rules for fields that must go together have no place of their own. */
const together = ({ crop, load }: TrainingSettings): [Field, Problem] =>
  crop > load ? ['crop', { kind: 'crop-too-large' }] : ['gan', { kind: 'no-objective' }]
