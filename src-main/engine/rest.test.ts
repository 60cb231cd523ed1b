import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { EngineHost, type NetworkSource } from './host.ts'
import { ScriptedEngine } from './testing/scripted-engine.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
})

const network: NetworkSource = {
  ...{ key: 'a', architecture: { kind: 'resnet-generator', ngf: 4, blocks: 1 } },
  weights: async () => ({}),
}
const pixels = { width: 1, height: 1, channels: 3, data: Uint8Array.of(1, 2, 3) } as const

it('an engine that nobody uses is let go, and there again for the next photo, with its network', async () => {
  const loaded = new Set<number>()
  const engine = new ScriptedEngine((request, process) => {
    if (request.kind === 'load') loaded.add(process)
    if (request.kind === 'load') return { result: null }
    return loaded.has(process)
      ? { result: { pixels, seconds: 0 } }
      : { error: 'network-missing', detail: network.key }
  })
  const restarts: string[] = []
  const host = new EngineHost({
    start: engine.start,
    restAfterMs: 60_000,
    onRestart: (why) => restarts.push(why),
  })
  await host.translate(network, pixels)
  await host.idle()
  vi.advanceTimersByTime(59_000)
  await host.translate(network, pixels)
  await host.idle()
  vi.advanceTimersByTime(59_000)
  expect(engine.killed).toBe(0)
  vi.advanceTimersByTime(1_000)
  expect(engine.killed).toBe(1)

  await host.translate(network, pixels)
  expect(engine.requests.map((requests) => requests.map(({ kind }) => kind))).toEqual([
    ['translate', 'load', 'translate', 'translate'],
    ['translate', 'load', 'translate'],
  ])
  expect(restarts).toEqual([])
  host.close()
})

it('an engine that was started before it is needed is let go as well, one at work is not', async () => {
  const engine = new ScriptedEngine(() => 'works')
  const host = new EngineHost({ start: engine.start, restAfterMs: 60_000 })
  await host.warmUp()
  vi.advanceTimersByTime(60_000)
  expect(engine.killed).toBe(1)
  await host.warmUp()
  const work = host.translate(network, pixels)
  await vi.waitUntil(() => engine.requests[1]?.length === 1)
  vi.advanceTimersByTime(3_600_000)
  expect(engine.killed).toBe(1)
  host.close()
  await expect(work).rejects.toMatchObject({ code: 'cancelled' })
})
