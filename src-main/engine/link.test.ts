import { afterEach, expect, it, vi } from 'vitest'
import { Failure } from '../contract/errors.ts'
import { EngineLink } from './link.ts'
import type { EngineProcess } from './engine-process.ts'
import type { EngineRequest, HostMessage, Pixels, WorkerMessage } from './protocol.ts'

const request: EngineRequest = {
  kind: 'native',
  network: { key: 'a', architecture: { kind: 'resnet-generator', ngf: 4, blocks: 1 } },
  picture: { width: 1, height: 1 },
  settings: {},
}
const pixels: Pixels = { width: 1, height: 1, channels: 3, data: Uint8Array.of(1, 2, 3) }
const whole = { left: 0, top: 0, right: 1, bottom: 1 }

/** Processes that say what the test says; `posted` has what each was told. */
function processes() {
  const posted: HostMessage[][] = []
  let say: (message: WorkerMessage) => void = () => undefined
  const start = (): EngineProcess => {
    const told: HostMessage[] = []
    posted.push(told)
    return {
      pid: undefined,
      post: (message) => told.push(message),
      onMessage: (listener) => {
        say = listener
        queueMicrotask(() => listener({ kind: 'ready' }))
      },
      onExit: () => undefined,
      kill: () => undefined,
    }
  }
  return { start, posted, say: (message: WorkerMessage) => say(message) }
}

it('a request that is made again under its number gets no pixels that the lost process had asked for', async () => {
  const { start, posted, say } = processes()
  const link = new EngineLink(start, () => undefined)
  await link.ready()
  let giveFirst: (pixels: Pixels) => void = () => undefined
  const slow = new Promise<Pixels>((resolve) => (giveFirst = resolve))
  const door = (read: () => Promise<Pixels>) => ({ read, write: () => undefined })

  const first = link.exchange(
    7,
    request,
    () => undefined,
    door(() => slow),
  )
  say({ kind: 'read', seq: 7, rect: whole })
  link.drop(new Failure('engine-stopped'))
  await expect(first).rejects.toMatchObject({ code: 'engine-stopped' })

  await link.ready()
  const second = link.exchange(
    7,
    request,
    () => undefined,
    door(async () => pixels),
  )
  giveFirst({ ...pixels, data: Uint8Array.of(9, 9, 9) })
  await slow
  say({ kind: 'read', seq: 7, rect: whole })
  await new Promise((resolve) => setImmediate(resolve))
  say({ kind: 'result', seq: 7, result: null })
  await second
  expect(posted[0]).toEqual([{ kind: 'request', seq: 7, request }])
  expect(posted[1]).toEqual([
    { kind: 'request', seq: 7, request },
    { kind: 'pixels', seq: 7, pixels },
  ])
})

afterEach(() => vi.useRealTimers())

// Electron forgets to kill what it has not spawned yet, and tells no exit of it: closing the program waited for ever.
it('a start that is waited for fails when the process is dropped, though its exit is never told', async () => {
  const link = new EngineLink(silent, () => undefined)
  const ready = link.ready()
  link.drop(new Failure('cancelled'))
  await expect(ready).rejects.toMatchObject({ code: 'cancelled' })
})

it('the time limit of a start that was dropped does not end the next process', async () => {
  vi.useFakeTimers()
  let starts = 0
  const { start } = processes()
  const link = new EngineLink(
    () => (starts++ === 0 ? silent() : start()),
    () => undefined,
  )
  link.ready().catch(() => undefined)
  link.drop(new Failure('cancelled'))
  await link.ready()
  const answer = link.exchange(1, request, () => undefined)
  const outcome = vi.fn()
  answer.catch(outcome)
  await vi.advanceTimersByTimeAsync(120_000)
  expect(outcome).not.toHaveBeenCalled()
  expect(starts).toBe(2)
})

/** Never ready, and never said to be gone. */
const silent = (): EngineProcess => ({
  pid: undefined,
  post: () => undefined,
  onMessage: () => undefined,
  onExit: () => undefined,
  kill: () => undefined,
})
