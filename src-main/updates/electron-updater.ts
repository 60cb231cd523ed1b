/**
 * electron-updater as an `Updater`. It asks only when it is told to, takes newer versions alone, and none of what could
 * tell one copy from another is made or sent.
 */
import { constants } from 'node:fs'
import { access, statfs } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import type { AppUpdater, ProgressInfo, UpdateInfo } from 'electron-updater'
import { Failure } from '../contract/errors.ts'
import { writeFailure } from '../photos/failures.ts'
import type { Updater } from './updater.ts'
import { updateFailure } from './update-failure.ts'

interface Options {
  /** `app-update.yml` of an unpackaged program; null: the packaged one's own. */
  readonly developmentConfig: string | null
  /** Gets the session that asks, before it does. */
  readonly guard: (session: AppUpdater['netSession']) => void
}

const longestNotes = 20_000

export async function openElectronUpdater({ developmentConfig, guard }: Options): Promise<Updater> {
  // A getter of a CommonJS module, which Node does not find among its names.
  const { CancellationToken, autoUpdater } = (await import('electron-updater')).default
  const { UpdatesExecutor } = await import('./updates-executor.ts')
  if (developmentConfig !== null) {
    autoUpdater.forceDevUpdateConfig = true
    autoUpdater.updateConfigPath = developmentConfig
  }
  autoUpdater.autoDownload = false
  autoUpdater.autoInstallOnAppQuit = true
  autoUpdater.allowPrerelease = false
  autoUpdater.allowDowngrade = false
  autoUpdater.disableWebInstaller = true
  // One file, one hash.
  autoUpdater.disableDifferentialDownload = true
  autoUpdater.logger = null
  // Every copy is as good as the next: no number is drawn for this one, to be kept and sent along.
  autoUpdater.isUserWithinRollout = () => true
  Object.assign(autoUpdater, { stagingUserIdPromise: { value: Promise.resolve('') } })
  // Each failure comes out of the call as well.
  autoUpdater.on('error', () => undefined)
  guard(autoUpdater.netSession)
  const executor = new UpdatesExecutor()
  Object.assign(autoUpdater, { httpExecutor: executor })

  let found: UpdateInfo | null = null
  const expectRoom = (): Promise<void> => {
    const bytes = Math.max(0, ...(found?.files ?? []).map(({ size }) => size ?? 0))
    return expectReplaceable(process.env['APPIMAGE'], bytes)
  }
  return {
    look: async (signal) => {
      // Until it has failed, whoever asks again is given the same promise.
      const end = (): void => executor.end(updateFailure(signal.reason))
      signal.addEventListener('abort', end, { once: true })
      const result = await failing(async () => {
        signal.throwIfAborted()
        return await autoUpdater.checkForUpdates()
      }).finally(() => signal.removeEventListener('abort', end))
      // A copy that was not installed by one of the packages, such as an unpacked archive.
      if (result === null) throw new Failure('update-failed', 'Solstice', 'this copy cannot replace itself')
      found = result.isUpdateAvailable ? result.updateInfo : null
      return found && { version: found.version, notes: notesOf(found) }
    },
    fetch: async (onProgress, signal) => {
      await expectRoom()
      const token = new CancellationToken()
      const cancel = (): void => token.cancel()
      const tell = ({ transferred, total, bytesPerSecond }: ProgressInfo): void => {
        const left = Math.max(0, total - transferred)
        const etaSeconds = bytesPerSecond > 0 ? left / bytesPerSecond : null
        if (total > 0) onProgress({ done: transferred, total, etaSeconds })
      }
      autoUpdater.on('download-progress', tell)
      signal.addEventListener('abort', cancel, { once: true })
      try {
        signal.throwIfAborted()
        await failing(() => autoUpdater.downloadUpdate(token))
      } finally {
        signal.removeEventListener('abort', cancel)
        autoUpdater.off('download-progress', tell)
      }
    },
    mayInstall: async () => {
      const may = await expectRoom().then(
        () => true,
        () => false,
      )
      autoUpdater.autoInstallOnAppQuit = may
      return may
    },
    install: () => autoUpdater.quitAndInstall(true, true),
  }
}

async function failing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (thrown) {
    throw updateFailure(thrown)
  }
}

/**
 * An AppImage is removed before the new one takes its place; where that could not be written, the program would be
 * gone. Throws `cannot-write`, `disk-full`.
 */
export async function expectReplaceable(appImage: string | undefined, bytes: number): Promise<void> {
  if (appImage === undefined) return
  const folder = dirname(appImage)
  try {
    await access(folder, constants.W_OK)
  } catch (thrown) {
    throw writeFailure(thrown, appImage)
  }
  const { bavail, bsize } = await statfs(folder)
  if (bavail * bsize < bytes) throw new Failure('disk-full', basename(appImage))
}

function notesOf({ releaseNotes }: UpdateInfo): string {
  const notes = Array.isArray(releaseNotes)
    ? releaseNotes.map(({ version, note }) => `${version}\n${note ?? ''}`).join('\n\n')
    : (releaseNotes ?? '')
  return notes.trim().slice(0, longestNotes)
}
