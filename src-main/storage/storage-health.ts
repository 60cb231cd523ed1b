/** How the program's own files are: which could not be understood, and which cannot be saved at the moment. */
import { EventEmitter } from 'node:events'
import type { Failure } from '../contract/errors.ts'

export interface DamagedFile {
  readonly path: string
  /** Where it was set aside; null where there was nothing to set aside, or it could not be. */
  readonly keptAt: string | null
  /** What is in its place: what it begins with, or the last good copy. */
  readonly outcome: 'defaults' | 'restored'
}

interface StorageHealthEvents {
  damaged: [file: DamagedFile]
  /** The first file that cannot be saved. Nothing is told of others, or of further attempts, until `recovered`. */
  failed: [failure: Failure]
  /** All is on the disk again. */
  recovered: []
}

interface Unsaved {
  readonly failure: Failure
  readonly retry: () => Promise<void>
}

export class StorageHealth extends EventEmitter<StorageHealthEvents> {
  readonly #damaged: DamagedFile[] = []
  /** By path. */
  readonly #unsaved = new Map<string, Unsaved>()

  /** All that was found since the program began. */
  get damaged(): readonly DamagedFile[] {
    return this.#damaged
  }

  /** Why what is not on the disk is not, one failure a file. */
  get unsaved(): readonly Failure[] {
    return [...this.#unsaved.values()].map(({ failure }) => failure)
  }

  /** Tries now to save what is not saved; what still cannot be stays among `unsaved`. */
  async saveAgain(): Promise<void> {
    await Promise.all([...this.#unsaved.values()].map(({ retry }) => retry()))
  }

  noteDamaged(file: DamagedFile): void {
    this.#damaged.push(file)
    this.emit('damaged', file)
  }

  /** `retry` resolves whether or not it succeeds. */
  noteFailed(path: string, failure: Failure, retry: () => Promise<void>): void {
    const isFirst = this.#unsaved.size === 0
    this.#unsaved.set(path, { failure, retry })
    if (isFirst) this.emit('failed', failure)
  }

  noteSaved(path: string): void {
    if (this.#unsaved.delete(path) && this.#unsaved.size === 0) this.emit('recovered')
  }
}
