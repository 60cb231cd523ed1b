/** What looks for a newer version, fetches and installs it; in the program that is electron-updater. */
import type { Progress } from '../contract/schemas.ts'

export interface NewVersion {
  readonly version: string
  /** Plain text. */
  readonly notes: string
}

export interface Updater {
  /** Null where there is none. Throws `update-unreachable`, `update-unfit`, `update-failed`, the signal's reason. */
  look(signal: AbortSignal): Promise<NewVersion | null>
  /**
   * Fetches what was found, and checks its hash; after that it is installed when the program ends. Throws what `look`
   * throws, `cannot-write`, `disk-full`, and `cancelled`.
   */
  fetch(onProgress: (progress: Progress) => void, signal: AbortSignal): Promise<void>
  /**
   * To be asked before the program ends: whether the new version fits where this one lies. Otherwise it is not
   * installed at the end either.
   */
  mayInstall(): Promise<boolean>
  /** Installs what was fetched and starts it. The program is to end at once. */
  install(): void
}
