/**
 * Everything that can go wrong for the user, as one union of codes. A failure names the file or model
 * concerned (`subject`) and, where it helps, a short technical reason (`detail`). The sentence shown in the
 * window and in the terminal is made from it in `error-text.ts`.
 */
import { z } from 'zod'

export const errorCodes = [
  // photos
  'file-not-found',
  'file-not-readable',
  'file-empty',
  'not-a-picture',
  'format-not-supported',
  'picture-damaged',
  'picture-truncated',
  'picture-too-large',
  // models
  'model-not-found',
  'model-invalid',
  'model-exists',
  'model-built-in',
  'model-direction-missing',
  'checkpoint-damaged',
  'checkpoint-refused',
  'checkpoint-not-a-generator',
  // fetching styles
  'catalogue-invalid',
  'server-unreachable',
  'proxy-failed',
  'download-not-there',
  'download-interrupted',
  'download-unfit',
  'download-busy',
  // the engine
  'engine-stopped',
  'engine-failed',
  'engine-replaced',
  'out-of-memory',
  'no-picture',
  'runtime-unfit',
  'cancelled',
  // training
  'run-not-found',
  'run-invalid',
  'training-busy',
  'training-data-unfit',
  'training-diverged',
  'training-collapsed',
  // judging
  'too-few-pictures',
  // exporting
  'batch-not-found',
  'batch-invalid',
  'export-busy',
  // writing
  'cannot-write',
  'disk-full',
  'same-as-source',
  'file-exists',
  // new versions
  'update-unreachable',
  'update-unfit',
  'update-failed',
  // asking
  'bad-request',
  'internal',
] as const

export type ErrorCode = (typeof errorCodes)[number]

export const failureSchema = z.object({
  code: z.enum(errorCodes),
  /** The file's name or the model's id; never a whole path when it is shown in the window. */
  subject: z.string().max(4096).optional(),
  /** A short reason in English for those who look closer, such as "ends after 10,000 of 312,442 bytes". */
  detail: z.string().max(4096).optional(),
})

export type FailureData = Readonly<z.infer<typeof failureSchema>>

/** The one error that crosses module borders; whatever else is thrown is a defect and becomes `internal`. */
export class Failure extends Error {
  readonly code: ErrorCode
  readonly subject: string | undefined
  readonly detail: string | undefined

  constructor(code: ErrorCode, subject?: string, detail?: string, options?: ErrorOptions) {
    super([code, subject, detail].filter(Boolean).join(': '), options)
    this.name = 'Failure'
    this.code = code
    this.subject = subject
    this.detail = detail
  }

  /** The plain form that crosses a process border. */
  toData(): FailureData {
    return {
      code: this.code,
      ...(this.subject === undefined ? {} : { subject: this.subject }),
      ...(this.detail === undefined ? {} : { detail: this.detail }),
    }
  }

  static fromData(data: FailureData): Failure {
    return new Failure(data.code, data.subject, data.detail)
  }

  /** Any thrown value as a failure: aborts become `cancelled`, the unknown becomes `internal` with its message. */
  static from(thrown: unknown, subject?: string): Failure {
    if (thrown instanceof Failure) return thrown
    if (thrown instanceof Error && thrown.name === 'AbortError') return new Failure('cancelled', subject)
    const detail = thrown instanceof Error ? thrown.message : String(thrown)
    return new Failure('internal', subject, detail.slice(0, 4096), { cause: thrown })
  }
}
