/** What the window tells of what happened, until it is dismissed: a window that was loaded anew tells it, too. */
import { randomBytes } from 'node:crypto'
import { EventEmitter } from 'node:events'
import type { Notice, NoticeContent } from '../contract/notices.ts'
import { Failure } from '../contract/errors.ts'

interface NoticesEvents {
  added: [notice: Notice]
  removed: [id: string]
  dismissed: [notice: Notice]
}

export class Notices extends EventEmitter<NoticesEvents> {
  readonly #notices = new Map<string, Notice>()
  /** Each by its id: what it tells, and the path concerned. */
  readonly #texts = new Map<string, string>()
  readonly #files = new Map<string, string>()

  /** In the order in which they were told. */
  list(): readonly Notice[] {
    return [...this.#notices.values()]
  }

  /** `file`: the path that `fileOf` tells. Of what is told already nothing is told again. */
  add(content: NoticeContent, file?: string): void {
    const text = JSON.stringify(content)
    if ([...this.#texts.values()].includes(text)) return
    const id = randomBytes(12).toString('base64url')
    const notice: Notice = { ...content, id, hasFiles: file !== undefined }
    this.#notices.set(id, notice)
    this.#texts.set(id, text)
    if (file !== undefined) this.#files.set(id, file)
    this.emit('added', notice)
  }

  /** What those told is not so any more. */
  withdraw(is: (notice: Notice) => boolean): void {
    for (const notice of this.list()) if (is(notice)) this.#remove(notice.id)
  }

  /** The user has read it. One that is gone already is none the worse. */
  dismiss(id: string): void {
    const notice = this.#notices.get(id)
    if (notice === undefined) return
    this.#remove(id)
    this.emit('dismissed', notice)
  }

  /** Throws `bad-request` where there is none. */
  fileOf(id: string): string {
    const file = this.#files.get(id)
    if (file === undefined) throw new Failure('bad-request', undefined, 'no such notice')
    return file
  }

  #remove(id: string): void {
    this.#notices.delete(id)
    this.#texts.delete(id)
    this.#files.delete(id)
    this.emit('removed', id)
  }
}
