/** What both containers of a checkpoint come down to: a pickle, and storages kept outside it. */
import type { PickleValue, StorageRef } from './pickle-values.ts'

export interface Container {
  readonly format: 'zip' | 'legacy'
  /** What was pickled. */
  readonly root: PickleValue
  /** The little-endian bytes of a whole storage, exactly as many as it says. */
  readStorage(storage: StorageRef): Promise<Uint8Array<ArrayBuffer>>
}

/** Pickles of state dicts have some ten kilobytes; a larger one is not read. */
export const pickleMaxBytes = 1024 * 1024
