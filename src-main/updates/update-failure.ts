/** What electron-updater throws, as failures that the user understands. */
import { Failure, type ErrorCode } from '../contract/errors.ts'
import { errorCodeOf, writeFailure } from '../photos/failures.ts'

/** What came is not what was promised, or promises nothing that can be checked. */
const unfit: ReadonlySet<string> = new Set([
  ...['ERR_CHECKSUM_MISMATCH', 'ERR_UPDATER_INVALID_UPDATE_INFO', 'ERR_UPDATER_INVALID_VERSION'],
  ...['ERR_UPDATER_NO_CHECKSUM', 'ERR_UPDATER_NO_FILES_PROVIDED', 'ERR_UPDATER_ASSET_NOT_FOUND'],
  ...['ERR_UPDATER_INVALID_SIGNATURE', 'ERR_UPDATER_ZIP_FILE_NOT_FOUND'],
  ...['ERR_UPDATER_WEB_INSTALLER_DISABLED'],
])

/** It is this copy that cannot be replaced. */
const cannotRenew: ReadonlySet<string> = new Set([
  ...['ERR_UPDATER_OLD_FILE_NOT_FOUND', 'ERR_UPDATER_UNSUPPORTED_PROVIDER'],
  ...['ERR_UPDATER_INVALID_PROVIDER_CONFIGURATION'],
])

/** What all these failures are about. */
const program = 'Solstice'

const diskCodes: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EACCES', 'EPERM', 'EROFS'])

export function updateFailure(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown
  if (!(thrown instanceof Error)) return new Failure('internal', program, String(thrown))
  // Its class has no name of its own.
  if (thrown.message === 'cancelled') return new Failure('cancelled', program)
  const disk = errorCodeOf(thrown)
  if (disk !== undefined && diskCodes.has(disk)) return writeFailure(thrown, program)
  return new Failure(codeOf(thrown), program, firstLine(thrown), { cause: thrown })
}

/** Where nothing else is known the server did not do as it should: no answer, another one, a broken connection. */
function codeOf(error: Error): ErrorCode {
  const code = 'code' in error ? String(error.code) : ''
  if (unfit.has(code)) return 'update-unfit'
  return cannotRenew.has(code) ? 'update-failed' : 'update-unreachable'
}

const firstLine = (error: Error): string => (error.message.split('\n')[0] ?? '').slice(0, 300)
