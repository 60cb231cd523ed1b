/** Conversions that the end of the program cut off are known at the next start, and only those. */
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Conversions } from '../../src-main/conversion/conversions.ts'
import { ResultStore } from '../../src-main/conversion/result-store.ts'
import { UnfinishedConversions } from '../../src-main/conversion/unfinished.ts'
import { startChildProcess } from '../../src-main/engine/engine-process.ts'
import { EngineHost } from '../../src-main/engine/host.ts'
import { dataFolder } from '../../src-main/library/data-folder.ts'
import { Library } from '../../src-main/library/library.ts'
import { ModelShelf } from '../../src-main/models/shelf.ts'
import { root, workerFile } from './built.ts'

const style = 'summer-winter'
let folder: string
const running: Program[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'solstice-unfinished-'))
})
afterEach(async () => {
  for (const program of running.splice(0)) await program.end()
  await rm(folder, { recursive: true, force: true })
})

class Program {
  readonly data = dataFolder({ SOLSTICE_DATA: join(folder, 'data') })
  readonly engine = new EngineHost({ start: () => startChildProcess(workerFile) })
  readonly library = new Library(this.data)
  readonly models = new ModelShelf({ builtIn: join(root, 'models'), own: this.data.models })
  readonly store = new ResultStore(this.data.results)
  readonly conversions = new Conversions(this)
  readonly unfinished = new UnfinishedConversions(this.data.unfinished, this)

  async open(): Promise<this> {
    running.push(this)
    await this.library.open()
    await this.conversions.open()
    await this.unfinished.open()
    return this
  }

  /** As the program ends, in order or not: what was written down is what the next start finds. */
  async end(): Promise<void> {
    const written = this.unfinished.close()
    // At once: what is converted while the list is written is done.
    this.engine.close()
    await written
    await this.conversions.close()
    await this.library.close()
  }

  async until(id: string, state: string): Promise<void> {
    while (this.conversions.list().find((one) => one.id === id)?.state !== state)
      await once(this.conversions, 'changed')
  }

  /** So large that their conversion takes its time. */
  add(...names: readonly string[]): Promise<readonly string[]> {
    return this.addOf(900, ...names)
  }

  async addOf(side: number, ...names: readonly string[]): Promise<readonly string[]> {
    for (const name of names) {
      const picture = sharp({ create: { width: side, height: side, channels: 3, background: '#486' } })
      await picture.toFile(join(folder, name))
    }
    await this.library.add(names.map((name) => join(folder, name)))
    return this.library.idsOf(names.map((name) => join(folder, name)))
  }
}

const newProgram = (): Promise<Program> => new Program().open()

it('knows what waited and ran, not what was done, cancelled or taken off the shelf', async () => {
  const first = await newProgram()
  // Done, and written, long before the one behind it.
  const [a] = await first.addOf(40, 'a.png')
  const [b, c, d, e] = await first.add('b.png', 'c.png', 'd.png', 'e.png')
  const there = await first.conversions.start([a!, b!, c!], style, 'AtoB')
  const back = await first.conversions.start([d!, e!], style, 'BtoA')
  first.conversions.cancel([there[2]!.id])
  await first.until(there[0]!.id, 'done')
  first.library.remove([e!])
  await first.end()
  expect(back).toHaveLength(2)

  const second = await newProgram()
  expect(second.unfinished.left).toEqual([
    { modelId: style, direction: 'AtoB', photoIds: [b] },
    { modelId: style, direction: 'BtoA', photoIds: [d] },
  ])

  // Gone on with, it is not left any more.
  for (const { photoIds, modelId, direction } of second.unfinished.left) {
    const [started] = await second.conversions.start(photoIds, modelId, direction)
    await second.until(started!.id, 'done')
  }
  await second.end()
  expect((await newProgram()).unfinished.left).toEqual([])
})

it('stays known until it is done or not wanted any more', async () => {
  const first = await newProgram()
  await first.conversions.start(await first.add('a.png'), style, 'AtoB')
  await first.end()
  const second = await newProgram()
  expect(second.unfinished.left).toHaveLength(1)
  await second.end()
  const third = await newProgram()
  expect(third.unfinished.left).toHaveLength(1)
  third.unfinished.forget()
  await third.end()
  expect(JSON.parse(await readFile(third.data.unfinished, 'utf8'))).toEqual([])
  expect((await newProgram()).unfinished.left).toEqual([])
})

it('does not forget what was begun anew when the rest is not wanted', async () => {
  const first = await newProgram()
  const [a, b] = await first.add('a.png', 'b.png')
  await first.conversions.start([a!, b!], style, 'AtoB')
  await first.end()
  const second = await newProgram()
  await second.conversions.start([b!], style, 'AtoB')
  second.unfinished.forget()
  await second.end()
  expect((await newProgram()).unfinished.left).toEqual([{ modelId: style, direction: 'AtoB', photoIds: [b] }])
})
