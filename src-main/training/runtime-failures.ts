/** Failures of a training that another runtime may not have: a device may give values that are no numbers, too. */
import { Failure, type ErrorCode } from '../contract/errors.ts'

const codes: ReadonlySet<ErrorCode> = new Set([
  'engine-stopped',
  'engine-failed',
  'out-of-memory',
  'no-picture',
  'training-diverged',
])

export const mayBeTheRuntimes = (thrown: unknown): thrown is Failure =>
  thrown instanceof Failure && codes.has(thrown.code)
