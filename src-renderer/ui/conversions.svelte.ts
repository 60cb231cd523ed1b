/** All conversions, by photo, and the run that is under way. */
import { SvelteMap, SvelteSet } from 'svelte/reactivity'
import type { Conversion, Direction } from '../../src-main/contract/schemas.ts'
import { batchProgress, isActive, taskKey, tasksOf, type BatchProgress, type Task } from './batch.ts'
import { call, on } from './bridge.ts'

function groupedByPhoto(all: Iterable<Conversion>): ReadonlyMap<string, readonly Conversion[]> {
  const groups = new Map<string, Conversion[]>()
  for (const conversion of all) {
    const group = groups.get(conversion.photoId)
    if (group === undefined) groups.set(conversion.photoId, [conversion])
    else group.push(conversion)
  }
  return groups
}

class Conversions {
  readonly #all = new SvelteMap<string, Conversion>()
  /** Every task since the engine was last at rest. */
  readonly #batch = new SvelteSet<string>()
  readonly #tasks: readonly Task[] = $derived([...this.#all.values()].flatMap(tasksOf))
  readonly active: readonly Task[] = $derived(this.#tasks.filter((task) => isActive(task.state)))
  readonly progress: BatchProgress = $derived(
    batchProgress(this.#tasks.filter((task) => this.#batch.has(taskKey(task)))),
  )
  readonly #byPhoto: ReadonlyMap<string, readonly Conversion[]> = $derived(groupedByPhoto(this.#all.values()))

  async start(): Promise<void> {
    on('conversions.changed', (conversion) => this.#put([conversion]))
    on('conversions.removed', (ids) => {
      for (const id of ids) this.#all.delete(id)
    })
    this.#put(await call('conversions.list', {}))
  }

  get(id: string): Conversion | undefined {
    return this.#all.get(id)
  }

  /** In the order in which they were first asked for. */
  of(photoId: string): readonly Conversion[] {
    return this.#byPhoto.get(photoId) ?? []
  }

  /** The photo's latest finished result. */
  latestDone(photoId: string): Conversion | undefined {
    return this.of(photoId).findLast((conversion) => conversion.state === 'done')
  }

  async convert(
    photoIds: readonly string[],
    modelId: string,
    direction: Direction,
  ): Promise<readonly Conversion[]> {
    const started = await call('conversions.start', { photoIds: [...photoIds], modelId, direction })
    // Of those already known, events have told more than this answer knows.
    this.#put(started.filter((conversion) => !this.#all.has(conversion.id)))
    return started
  }

  async computeCycle(id: string): Promise<void> {
    await call('conversions.cycle', { id })
  }

  async cancel(ids: readonly string[]): Promise<void> {
    await call('conversions.cancel', { ids: [...ids] })
  }

  async cancelAll(): Promise<void> {
    await this.cancel([...new Set(this.active.map((task) => task.conversion.id))])
  }

  #put(changed: readonly Conversion[]): void {
    if (this.active.length === 0) this.#batch.clear()
    for (const conversion of changed) {
      this.#all.set(conversion.id, conversion)
      for (const task of tasksOf(conversion)) if (isActive(task.state)) this.#batch.add(taskKey(task))
    }
  }
}

export const conversions = new Conversions()
