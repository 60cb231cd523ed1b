/** What happened to the program, as it tells of it: each until it is dismissed, done about, or not so any more. */
import type { Notice } from '../../src-main/contract/notices.ts'
import { call, on } from '../ui/bridge.ts'

class Notices {
  #list = $state.raw<readonly Notice[]>([])

  /** In the order in which they were told. */
  get list(): readonly Notice[] {
    return this.#list
  }

  async start(): Promise<void> {
    on('notices.added', (notice) => this.#put([...this.#list, notice]))
    on('notices.removed', ({ id }) => {
      this.#list = this.#list.filter((notice) => notice.id !== id)
    })
    this.#put([...(await call('notices.list', {})), ...this.#list])
  }

  async dismiss(id: string): Promise<void> {
    await call('notices.dismiss', { id })
  }

  /** In the system's file manager. */
  async reveal(id: string): Promise<void> {
    await call('notices.reveal', { id })
  }

  /** What was told while the answer was on its way may be in it, too. */
  #put(list: readonly Notice[]): void {
    this.#list = [...new Map(list.map((notice) => [notice.id, notice])).values()]
  }
}

export const notices = new Notices()
