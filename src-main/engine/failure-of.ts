/** What an error of the engine's process is to those who asked. */
import { Failure } from '../contract/errors.ts'
import type { EngineAnswer } from './link.ts'

export function failureOf(error: Extract<EngineAnswer, { kind: 'error' }>): Failure {
  switch (error.code) {
    case 'out-of-memory':
      return new Failure('out-of-memory', undefined, error.detail)
    case 'cancelled':
      return new Failure('cancelled')
    case 'no-picture':
      return new Failure('no-picture', undefined, error.detail)
    // The process is there, and of no more use than one that is gone.
    case 'device-failed':
      return new Failure('engine-stopped', undefined, error.detail)
    case 'failed':
    case 'network-missing':
      return new Failure('engine-failed', undefined, error.detail)
  }
}

/** The failure with the photo or model it concerns, unless it names one itself. */
export function about(subject: string | undefined, thrown: unknown): Failure {
  const { code, subject: named, detail } = Failure.from(thrown, subject)
  return new Failure(code, named ?? subject, detail, { cause: thrown })
}
