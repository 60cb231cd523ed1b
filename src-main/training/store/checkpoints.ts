/**
 * The checkpoints of a run: all that its training needs to go on, as of some step. The newest and the one before it are
 * kept; each is whole before an older one goes.
 */
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import PQueue from 'p-queue'
import { Failure } from '../../contract/errors.ts'
import type { StateEntry, Weights } from '../../engine/protocol.ts'
import { encodeInParts, inParts, openSafetensors } from '../../models/safetensors.ts'
import { readFailure, writeFailure } from '../../photos/failures.ts'
import {
  dataFile,
  encodeRecord,
  isWhole,
  listCheckpoints,
  recordFile,
  removeCheckpoint,
} from './checkpoint-files.ts'
import type { CheckpointName } from './checkpoint-files.ts'
import { writeWhole } from '../../storage/write-whole.ts'

/** Tensors that are in memory, and in one message between processes, together; a larger one is alone. */
const defaultPartBytes = 32 * 1024 * 1024

/** A training whose state can be read in parts. It must not change while it is. */
export interface StateSource {
  entries(): Promise<readonly StateEntry[]>
  read(names: readonly string[]): Promise<Weights>
}

export interface Checkpoint {
  readonly step: number
  readonly entries: readonly StateEntry[]
  /** The tensors, or those whose name passes, in parts of at most some 32 MB. Throws as reading files does. */
  parts(wanted?: (name: string) => boolean): AsyncIterable<Weights>
}

export class CheckpointStore {
  readonly #folder: string
  readonly #partBytes: number
  /** A reader must not meet files in mid-change, nor one write the other. */
  readonly #queue = new PQueue({ concurrency: 1 })

  constructor(folder: string, { partBytes = defaultPartBytes }: { readonly partBytes?: number } = {}) {
    this.#folder = folder
    this.#partBytes = partBytes
  }

  /**
   * Keeps what the source has now as the state after `step` steps; checkpoints of later steps, which a run that began
   * again from an earlier one has left behind, go with the older ones. Throws Failure `training-diverged` if a value is
   * not finite, `disk-full`, `cannot-write`, or what the source throws; then the checkpoints are what they were.
   */
  async write(step: number, source: StateSource): Promise<void> {
    await this.#queue.add(() => this.#write(step, source))
  }

  /**
   * The newest checkpoint all of whose bytes are as they were written; null where there is none. Its file goes when two
   * newer ones have come.
   */
  async newest(): Promise<Checkpoint | null> {
    return this.#queue.add(() => this.#newest())
  }

  /** Whether there is one by its name; whether it is whole, `newest` tells. */
  async hasAny(): Promise<boolean> {
    const { names } = await listCheckpoints(this.#folder)
    return names.length > 0
  }

  async #write(step: number, source: StateSource): Promise<void> {
    const others = await this.#prepare(step)
    const takes = others.filter((other) => other.step === step).map(({ take }) => take)
    const name = { step, take: Math.max(-1, ...takes) + 1 }
    try {
      const written = await writeWhole(dataFile(this.#folder, name), this.#encode(source))
      await writeWhole(recordFile(this.#folder, name), [encodeRecord(name, written)])
    } catch (thrown) {
      await removeCheckpoint(this.#folder, name).catch(() => undefined)
      throw thrown
    }
    // The checkpoint is there; what cannot be cleared away now will be after the next one.
    await this.#clear(name, others).catch(() => undefined)
  }

  /** The checkpoints there are, the newest first; what killed writes have left is cleared away to make room. */
  async #prepare(step: number): Promise<readonly CheckpointName[]> {
    try {
      await mkdir(this.#folder, { recursive: true })
      const { names, leftovers } = await listCheckpoints(this.#folder)
      for (const file of leftovers) await rm(join(this.#folder, file), { force: true }).catch(() => undefined)
      return names
    } catch (thrown) {
      throw writeFailure(thrown, dataFile(this.#folder, { step, take: 0 }))
    }
  }

  async *#encode(source: StateSource): AsyncGenerator<Uint8Array> {
    const entries = await source.entries()
    const read = async (names: readonly string[]) => {
      const part = await source.read(names)
      expectFinite(part)
      return part
    }
    const described = entries.map(({ name, shape }) => ({ name, shape, dtype: 'F32' as const }))
    yield* encodeInParts(described, read, this.#partBytes)
  }

  /** Keeps `newest` and the one before it. */
  async #clear(newest: CheckpointName, others: readonly CheckpointName[]): Promise<void> {
    let hasBefore = false
    for (const other of others) {
      const isBefore = !hasBefore && other.step <= newest.step && (await isWhole(this.#folder, other, false))
      if (isBefore) hasBefore = true
      else await removeCheckpoint(this.#folder, other)
    }
  }

  async #newest(): Promise<Checkpoint | null> {
    try {
      const { names } = await listCheckpoints(this.#folder)
      for (const name of names) if (await isWhole(this.#folder, name, true)) return await this.#open(name)
      return null
    } catch (thrown) {
      throw readFailure(thrown, this.#folder)
    }
  }

  async #open(name: CheckpointName): Promise<Checkpoint> {
    const path = dataFile(this.#folder, name)
    const partBytes = this.#partBytes
    const file = await openSafetensors(path)
    const { entries } = file
    await file.close()
    return {
      step: name.step,
      entries: entries.map((entry) => ({ name: entry.name, shape: entry.shape })),
      parts: async function* (wanted = () => true) {
        const opened = await openSafetensors(path)
        try {
          const chosen = entries.filter((entry) => wanted(entry.name))
          for (const part of inParts(chosen, partBytes))
            yield await opened.read(part.map((entry) => entry.name))
        } finally {
          await opened.close()
        }
      },
    }
  }
}

/** By index, as this looks at every value and blocks: iterating takes ten times as long. */
function expectFinite(part: Weights): void {
  for (const [name, { data }] of Object.entries(part)) {
    for (let i = 0; i < data.length; i++)
      if (!Number.isFinite(data[i])) throw new Failure('training-diverged', undefined, name)
  }
}
