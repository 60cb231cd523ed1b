/** The engine's process under its host: work, cancel, crash, and nothing lost. */
import { afterEach, describe, expect, it } from 'vitest'
import { startChildProcess } from '../../src-main/engine/engine-process.ts'
import { EngineHost, type NetworkSource } from '../../src-main/engine/host.ts'
import { generatorParameters } from '../../src-main/engine/networks/generator.ts'
import type { Pixels, Weights } from '../../src-main/engine/protocol.ts'
import { workerFile } from './built.ts'
import { deferred } from './deferred.ts'

const hosts: EngineHost[] = []
afterEach(() => {
  for (const host of hosts.splice(0)) host.close()
})

function startHost(onRestart?: (reason: string) => void): EngineHost {
  const host = new EngineHost({ start: () => startChildProcess(workerFile), ...(onRestart && { onRestart }) })
  hosts.push(host)
  return host
}

/** A generator with small, repeatable weights; `onRead` counts how often they were asked for. */
function network(key: string, ngf: number, blocks: number, onRead?: () => void): NetworkSource {
  return {
    key,
    architecture: { kind: 'resnet-generator', ngf, blocks },
    weights: async () => {
      onRead?.()
      let state = 12_345
      const next = (): number => {
        state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
        return (state / 2_147_483_648 - 0.5) * 0.1
      }
      const weights: Record<string, Weights[string]> = {}
      for (const { name, shape } of generatorParameters({ ngf, blocks })) {
        const count = shape.reduce((product, size) => product * size, 1)
        weights[name] = { dtype: 'F32', shape, data: Float32Array.from({ length: count }, next) }
      }
      return weights
    },
  }
}

function picture(width: number, height: number): Pixels {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 7 + (i >> 5)) % 256)
  return { width, height, channels: 3, data }
}

const small = network('small', 4, 1)
/** Several seconds of work on a fast machine, so that there is a middle to interrupt. */
const slow = network('slow', 64, 9)

describe('EngineHost', () => {
  it('translates pictures of any size with one load of the weights', async () => {
    let reads = 0
    const counted = network('counted', 4, 1, () => (reads += 1))
    const host = startHost()
    for (const [width, height] of [
      [64, 48],
      [33, 21],
      [1, 1],
    ] as const) {
      const { pixels } = await host.translate(counted, picture(width, height))
      expect([pixels.width, pixels.height, pixels.data.length]).toEqual([width, height, width * height * 3])
    }
    expect(reads).toBe(1)
  })

  it('goes there and back, and measures', async () => {
    const before = picture(64, 48)
    const { reconstructed, difference, metrics } = await startHost().cycle(
      small,
      network('back', 4, 1),
      before,
    )
    expect([reconstructed.width, difference.height]).toEqual([64, 48])
    expect(metrics.l1).toBeGreaterThan(0)
    expect(metrics.ssim).toBeLessThan(1)
  })

  it('tells what a network does to a picture of any size, and can be stopped', async () => {
    const host = startHost()
    for (const [width, height] of [
      [64, 48],
      [33, 21],
      [1, 1],
    ] as const) {
      const { change } = await host.change(small, picture(width, height), { texture: false })
      expect([change.width, change.height]).toEqual([width, height])
      expect(change.coefficients.length).toBe(width * height * 12)
      expect(change.coefficients.every(Number.isFinite)).toBe(true)
      expect(change.coefficients.some((coefficient) => coefficient !== 0)).toBe(true)
    }
    const stop = new AbortController()
    const progressing = deferred<undefined>()
    const work = host.change(slow, picture(1024, 1024), {
      signal: stop.signal,
      subject: 'large.jpg',
      texture: false,
      onProgress: () => progressing.resolve(undefined),
    })
    await progressing.promise
    stop.abort()
    await expect(work).rejects.toMatchObject({ code: 'cancelled', subject: 'large.jpg' })
    expect((await host.change(small, picture(16, 16), { texture: true })).change.width).toBe(16)
  })

  it('cancels in the middle of a photo and goes on with the next', async () => {
    const host = startHost()
    await host.translate(slow, picture(16, 16))
    const stop = new AbortController()
    const progressing = deferred<undefined>()
    const work = host.translate(slow, picture(1024, 1024), {
      signal: stop.signal,
      subject: 'large.jpg',
      onProgress: ({ done }) => done > 0 && progressing.resolve(undefined),
    })
    const next = host.translate(small, picture(16, 16))
    await progressing.promise
    stop.abort()
    await expect(work).rejects.toMatchObject({ code: 'cancelled', subject: 'large.jpg' })
    expect((await next).pixels.width).toBe(16)
  })

  it('cancels what only waits without disturbing what runs', async () => {
    const host = startHost()
    await host.warmUp()
    const { pid } = host
    const stop = new AbortController()
    const running = host.translate(slow, picture(128, 128))
    const waiting = host.translate(small, picture(16, 16), { signal: stop.signal })
    stop.abort()
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' })
    expect((await running).pixels.width).toBe(128)
    expect(host.pid).toBe(pid)
  })

  it('ends the request that a crash hits, starts again, and loses nothing else', async () => {
    const reasons: string[] = []
    const host = startHost((reason) => reasons.push(reason))
    await host.translate(slow, picture(16, 16))
    const working = deferred<undefined>()
    const hit = host.translate(slow, picture(1024, 1024), {
      subject: 'hit.jpg',
      onProgress: ({ done }) => done > 0 && working.resolve(undefined),
    })
    const waiting = [picture(16, 16), picture(20, 24)].map((pixels) => host.translate(small, pixels))
    await working.promise
    process.kill(host.pid!, 'SIGKILL')
    await expect(hit).rejects.toMatchObject({ code: 'engine-stopped', subject: 'hit.jpg' })
    expect((await Promise.all(waiting)).map(({ pixels }) => pixels.width)).toEqual([16, 20])
    expect(reasons).toEqual(['signal SIGKILL'])
  })

  it('survives the death of an idle engine', async () => {
    const restarted = deferred<string>()
    const host = startHost(restarted.resolve)
    await host.warmUp()
    process.kill(host.pid!, 'SIGKILL')
    await restarted.promise
    expect((await host.translate(small, picture(16, 16))).pixels.width).toBe(16)
  })

  it('tells when weights do not fit, and serves the next request', async () => {
    const host = startHost()
    const wrong: NetworkSource = {
      ...network('wrong', 4, 1),
      weights: () => network('other', 8, 1).weights(),
    }
    await expect(host.translate(wrong, picture(16, 16))).rejects.toMatchObject({ code: 'engine-failed' })
    expect((await host.translate(small, picture(16, 16))).pixels.width).toBe(16)
  })

  it('gives up with an error when the engine cannot start at all', async () => {
    const host = new EngineHost({ start: () => startChildProcess(`${workerFile}.missing`) })
    hosts.push(host)
    await expect(host.translate(small, picture(16, 16))).rejects.toMatchObject({ code: 'engine-stopped' })
  })

  it('ends all that waits when it is closed, and the process with it', async () => {
    const exited = deferred<string>()
    const host = new EngineHost({
      start: () => {
        const engine = startChildProcess(workerFile)
        engine.onExit(exited.resolve)
        return engine
      },
    })
    await host.warmUp()
    const work = [host.translate(slow, picture(512, 512)), host.translate(small, picture(16, 16))]
    host.close()
    for (const outcome of await Promise.allSettled(work)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'cancelled' } })
    }
    expect(await exited.promise).toBe('signal SIGKILL')
  })

  it('takes many requests with one signal without leaving listeners behind', async () => {
    const warnings: Error[] = []
    const onWarning = (warning: Error): void => {
      warnings.push(warning)
    }
    process.on('warning', onWarning)
    const host = startHost()
    const stop = new AbortController()
    for (let i = 0; i < 30; i++) await host.translate(small, picture(16, 16), { signal: stop.signal })
    process.off('warning', onWarning)
    expect(warnings).toEqual([])
  })
})
