/** The compiled networks that the engine's process holds: the last few used, for each takes memory. */
import { buildGenerator } from './networks/generator.ts'
import type { NetworkKey, Weights } from './protocol.ts'
import type { Program, Runtime } from './runtimes/runtime.ts'

/** Both directions of two styles. */
const programsKept = 4

/** The host holds weights where the engine does not (any more). */
export class NetworkMissing extends Error {
  readonly key: string

  constructor(key: string) {
    super(`The network ${key} is not loaded`)
    this.key = key
  }
}

export class ProgramShelf {
  readonly #runtime: Runtime
  /** In the order of last use. */
  readonly #programs = new Map<string, Program>()
  /** Of the same networks: a photo at its own size takes them apart. */
  readonly #weights = new Map<string, Weights>()

  constructor(runtime: Runtime) {
    this.#runtime = runtime
  }

  async load({ key, architecture }: NetworkKey, weights: Weights): Promise<void> {
    const program = await this.#runtime.compile(buildGenerator(architecture), weights)
    await this.#programs.get(key)?.release()
    this.#programs.set(key, program)
    this.#weights.set(key, weights)
    for (const oldest of [...this.#programs.keys()].slice(0, -programsKept)) await this.#drop(oldest)
  }

  /** Throws `NetworkMissing`. */
  take({ key }: NetworkKey): Program {
    const program = this.#programs.get(key)
    if (program === undefined) throw new NetworkMissing(key)
    this.#programs.delete(key)
    this.#programs.set(key, program)
    return program
  }

  /** The weights that were loaded. Throws `NetworkMissing`. */
  weightsOf({ key }: NetworkKey): Weights {
    const weights = this.#weights.get(key)
    if (weights === undefined) throw new NetworkMissing(key)
    return weights
  }

  async #drop(key: string): Promise<void> {
    const program = this.#programs.get(key)
    this.#programs.delete(key)
    this.#weights.delete(key)
    await program?.release()
  }
}
