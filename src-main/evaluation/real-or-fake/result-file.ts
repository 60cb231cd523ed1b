/** What is kept of a round, and how it is written out: JSON with all there is, CSV with a line an answer. */
import { z } from 'zod'
import {
  givenAnswerSchema,
  kindSchema,
  practiceTrials,
  shownMs,
  testResultSchema,
  type CalledReal,
  type PictureOfRound,
} from '../../contract/evaluation.ts'
import { calledReal } from './called-real.ts'

const answeredSchema = z.object({
  /** From 1 on. */
  trial: z.number().int().positive(),
  practice: z.boolean(),
  kind: kindSchema,
  answer: givenAnswerSchema,
  /** From the picture's appearance to the answer. */
  seconds: z.number().nonnegative(),
  /** Relative to its folder. */
  picture: z.string(),
})
export type AnsweredTrial = Readonly<z.infer<typeof answeredSchema>>

export const keptResultSchema = testResultSchema.omit({ unsaved: true }).extend({
  format: z.literal(1),
  solstice: z.string(),
  /** Of the weights. */
  weights: z.string(),
  /** The folders' names. */
  folders: z.object({ translated: z.string(), real: z.string() }),
  settings: z.object({
    trials: z.number().int(),
    practice: z.literal(practiceTrials),
    shownMs: z.literal(shownMs),
    /** The side of the pictures, and the long side at which the network saw them, in pixels. */
    side: z.number().int(),
    workingSize: z.number().int(),
    seed: z.number().int(),
    interval: z.literal('Wilson, 95 %'),
  }),
  answers: z.array(answeredSchema),
})
export type KeptResult = Readonly<z.infer<typeof keptResultSchema>>

/** Over all answers but those of the practice; a picture that was not seen counts for neither. */
export function sharesOf(answers: readonly AnsweredTrial[]): Record<PictureOfRound, CalledReal> {
  const share = (kind: PictureOfRound): CalledReal => {
    const counted = answers.filter((each) => !each.practice && each.kind === kind && each.answer !== null)
    return calledReal(counted.length, counted.filter(({ answer }) => answer === 'real').length)
  }
  return { translated: share('translated'), real: share('real') }
}

export const asJson = (result: KeptResult): string => `${JSON.stringify(result, null, 2)}\n`

const columns = ['trial', 'practice', 'kind', 'answer', 'seconds', 'picture'] as const

/** RFC 4180, with a byte order mark, by which spreadsheets know UTF-8. */
export function asCsv({ answers }: KeptResult): string {
  const lines = [columns, ...answers.map((answer) => columns.map((name) => cell(answer[name])))]
  return `\ufeff${lines.map((line) => `${line.join(',')}\r\n`).join('')}`
}

/** A text that a spreadsheet would take for a formula is kept from being one. */
function cell(value: string | number | boolean | null): string {
  if (value === null) return ''
  if (typeof value !== 'string') return String(value)
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
