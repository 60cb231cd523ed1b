/**
 * The conversions that wait or run, on disk: when the program ends before they do, however it ends, the next start can
 * ask whether to go on with them.
 */
import { z } from 'zod'
import { directionSchema, idSchema, modelIdSchema, type Conversion } from '../contract/schemas.ts'
import type { Library } from '../library/library.ts'
import { JsonFile } from '../storage/json-file.ts'
import type { StorageHealth } from '../storage/storage-health.ts'
import type { Conversions } from './conversions.ts'

const taskSchema = z.object({
  id: idSchema,
  photoId: idSchema,
  modelId: modelIdSchema,
  direction: directionSchema,
})
type Task = Readonly<z.infer<typeof taskSchema>>
const storedSchema = z.array(taskSchema)

/** As conversions are asked for: photos through one direction of one model. */
export interface UnfinishedGroup {
  readonly modelId: string
  readonly direction: Task['direction']
  readonly photoIds: readonly string[]
}

interface Services {
  readonly conversions: Conversions
  readonly library: Library
  readonly health?: StorageHealth
}

export class UnfinishedConversions {
  readonly #file: JsonFile<typeof storedSchema>
  readonly #services: Services
  readonly #tasks = new Map<string, Task>()
  readonly #listener = (conversion: Conversion): void => this.#heed(conversion)
  #left: readonly Task[] = []

  constructor(path: string, services: Services) {
    this.#file = new JsonFile(path, storedSchema, { ...(services.health && { health: services.health }) })
    this.#services = services
  }

  /** Call it when library and conversions are open. */
  async open(): Promise<void> {
    const { conversions, library } = this.#services
    const done = new Set(conversions.list().map(({ id }) => id))
    const stored = (await this.#file.read()) ?? []
    this.#left = stored.filter(({ id, photoId }) => !done.has(id) && library.has(photoId))
    for (const task of this.#left) this.#tasks.set(task.id, task)
    conversions.on('changed', this.#listener)
  }

  /** What an earlier run of the program has left. */
  get left(): readonly UnfinishedGroup[] {
    const groups = new Map<string, { modelId: string; direction: Task['direction']; photoIds: string[] }>()
    for (const { modelId, direction, photoId } of this.#left) {
      const key = `${modelId} ${direction}`
      const group = groups.get(key) ?? { modelId, direction, photoIds: [] }
      group.photoIds.push(photoId)
      groups.set(key, group)
    }
    return [...groups.values()]
  }

  /** The user does not want what an earlier run has left. */
  forget(): void {
    const current = new Map(this.#services.conversions.list().map((one) => [one.id, one.state]))
    for (const { id } of this.#left) {
      const state = current.get(id)
      if (state !== 'waiting' && state !== 'running') this.#tasks.delete(id)
    }
    this.#left = []
    this.#write()
  }

  /** Call it before the conversions are closed, which cancels them. */
  async close(): Promise<void> {
    this.#services.conversions.off('changed', this.#listener)
    await this.#file.flush()
  }

  /** What is done shows that itself, by its result: it costs no writing until it was the last one. */
  #heed({ id, photoId, modelId, direction, state }: Conversion): void {
    const known = this.#tasks.has(id)
    if (state === 'waiting' && !known) this.#tasks.set(id, { id, photoId, modelId, direction })
    else if (known && state === 'done') {
      this.#tasks.delete(id)
      if (this.#tasks.size > 0) return
    } else if (known && (state === 'failed' || state === 'cancelled')) this.#tasks.delete(id)
    else return
    this.#write()
  }

  #write(): void {
    this.#file.write(() => [...this.#tasks.values()])
  }
}
