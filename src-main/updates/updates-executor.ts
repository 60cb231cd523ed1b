/**
 * The requests of electron-updater, the last of which can be ended. Its own time limit waits for an event that
 * Electron's requests never have, and to close all connections of a session leaves those that are in use. Loads
 * electron-updater: import it lazily.
 */
import electronHttpExecutor from 'electron-updater/out/electronHttpExecutor.js'

const { ElectronHttpExecutor } = electronHttpExecutor
type CreateRequest = InstanceType<typeof ElectronHttpExecutor>['createRequest']

export class UpdatesExecutor extends ElectronHttpExecutor {
  #last: ReturnType<CreateRequest> | null = null

  override createRequest(...asked: Parameters<CreateRequest>): ReturnType<CreateRequest> {
    this.#last = super.createRequest(...asked)
    return this.#last
  }

  /** Closes the connection of the last request, which fails with `reason` where it is not over. */
  end(reason: Error): void {
    this.#last?.abort()
    // An abort of one's own is no failure to Electron, and the one who asked would wait on.
    this.#last?.emit('error', reason)
  }
}
