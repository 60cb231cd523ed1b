/** What computes, and what was found out about each runtime, as the program tells it. */
import type { RuntimesHere } from '../../src-main/contract/runtimes.ts'
import { call, on } from '../ui/bridge.ts'

class RuntimesState {
  #here = $state.raw<RuntimesHere | null>(null)

  /** Null before the program has told. */
  get here(): RuntimesHere | null {
    return this.#here
  }

  async start(): Promise<void> {
    on('runtimes.changed', (here) => (this.#here = here))
    this.#here = await call('runtimes.get', {})
  }

  async examine(): Promise<void> {
    this.#here = await call('runtimes.examine', {})
  }
}

export const runtimes = new RuntimesState()
