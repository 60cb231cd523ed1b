import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Failure } from '../contract/errors.ts'
import type { NewVersion, Updater } from './updater.ts'
import { Updates } from './updates.ts'

const hour = 60 * 60 * 1000
const newer: NewVersion = { version: '2.0.0', notes: 'Better snow.' }

let folder: string
let time: number
let asked: number
let installed: number
let fits: boolean
/** What the feed answers, and how its file comes. */
let answer: Updater['look']
let send: Updater['fetch']

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'solstice-updates-'))
  time = 1_000_000 * hour
  asked = 0
  installed = 0
  fits = true
  answer = async () => newer
  send = async () => undefined
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const updater: Updater = {
  look: (signal) => {
    asked += 1
    return answer(signal)
  },
  fetch: (onProgress, signal) => send(onProgress, signal),
  mayInstall: async () => fits,
  install: () => {
    installed += 1
  },
}

async function opened(open: () => Promise<Updater> = async () => updater): Promise<Updates> {
  const path = join(folder, 'updates.json')
  const updates = new Updates({ path, feed: { host: 'example.com', open }, now: () => time })
  await updates.open()
  return updates
}

/** Until it is no longer being fetched. */
const fetched = (updates: Updates): Promise<void> =>
  new Promise((resolve) => {
    updates.on('changed', ({ state }) => {
      if (state !== 'fetching') resolve()
    })
    updates.fetch()
  })

describe('without a feed', () => {
  it('nothing is looked for, fetched or installed', async () => {
    const updates = new Updates({ path: join(folder, 'updates.json'), feed: null })
    await updates.open()
    await updates.look()
    await updates.lookIfDue()
    updates.fetch()
    expect(updates.get()).toMatchObject({ state: 'absent', host: null })
    expect(() => updates.wantRestart()).toThrow('bad-request')
    await updates.close()
    await updates.end(() => undefined)
    expect(updates.get().state).toBe('absent')
  })
})

describe('looking', () => {
  it('loads what looks only then', async () => {
    let loaded = 0
    const updates = await opened(async () => {
      loaded += 1
      return updater
    })
    expect(updates.get()).toMatchObject({ state: 'idle', host: 'example.com' })
    expect(loaded).toBe(0)
    await updates.look()
    await updates.look()
    expect(loaded).toBe(1)
    await updates.close()
  })

  it('tells what it finds, and that there is nothing', async () => {
    const updates = await opened()
    const told: string[] = []
    updates.on('changed', ({ state }) => told.push(state))
    await updates.look()
    expect(updates.get()).toMatchObject({ state: 'found', ...newer })
    answer = async () => null
    await updates.look()
    expect(updates.get()).toMatchObject({ state: 'newest', version: null, notes: '' })
    expect(told).toEqual(['looking', 'found', 'looking', 'newest'])
    await updates.close()
  })

  it('forgets nothing when it fails, and tries again', async () => {
    const updates = await opened()
    await updates.look()
    answer = async () => {
      throw new Failure('update-unreachable')
    }
    await updates.look()
    expect(updates.get()).toMatchObject({
      state: 'found',
      version: '2.0.0',
      failure: { code: 'update-unreachable' },
    })
    answer = async () => null
    await updates.look()
    expect(updates.get().failure).toBeUndefined()
    await updates.close()
  })

  it('ends where the server takes the connection and says nothing, and can look again', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const updates = await opened()
      const ended: unknown[] = []
      answer = (signal) => {
        signal.addEventListener('abort', () => ended.push(Failure.from(signal.reason).code))
        return new Promise(() => undefined)
      }
      const looking = updates.look()
      await vi.advanceTimersByTimeAsync(59_999)
      expect([updates.get().state, ...ended]).toEqual(['looking'])
      await vi.advanceTimersByTimeAsync(1)
      await looking
      expect(ended).toEqual(['update-unreachable'])
      expect(updates.get()).toMatchObject({ state: 'idle', failure: { code: 'update-unreachable' } })
      answer = async (signal) => {
        signal.addEventListener('abort', () => ended.push('what is over'))
        return newer
      }
      await updates.look()
      expect([updates.get().state, asked]).toEqual(['found', 2])
      // What it is followed by, such as a download, takes as long as it takes.
      await vi.advanceTimersByTimeAsync(120_000)
      expect(ended).toHaveLength(1)
      await updates.close()
    } finally {
      vi.useRealTimers()
    }
  })

  it('asks once where it is asked twice at a time', async () => {
    const updates = await opened()
    await Promise.all([updates.look(), updates.look()])
    expect(asked).toBe(1)
    await updates.close()
  })
})

describe('once a day', () => {
  it('looks the first time, and a day later, over restarts', async () => {
    let updates = await opened()
    await updates.lookIfDue()
    expect(asked).toBe(1)
    time += 23 * hour
    await updates.lookIfDue()
    await updates.close()
    updates = await opened()
    await updates.lookIfDue()
    expect(asked).toBe(1)
    time += hour
    await updates.lookIfDue()
    expect(asked).toBe(2)
    await updates.close()
  })

  it('does not try more often because it failed', async () => {
    answer = async () => {
      throw new Failure('update-unreachable')
    }
    const updates = await opened()
    await updates.lookIfDue()
    await updates.lookIfDue()
    expect(asked).toBe(1)
    await updates.close()
  })

  it('is not put off by a clock that was ahead, or a damaged file', async () => {
    let updates = await opened()
    await updates.lookIfDue()
    await updates.close()
    time -= 48 * hour
    updates = await opened()
    await updates.lookIfDue()
    expect(asked).toBe(2)
    await updates.close()
    await writeFile(join(folder, 'updates.json'), '{"lookedAt":')
    updates = await opened()
    await updates.lookIfDue()
    expect(asked).toBe(3)
    await updates.close()
  })
})

describe('fetching', () => {
  it('needs something found', async () => {
    const updates = await opened()
    updates.fetch()
    expect(updates.get().state).toBe('idle')
    await updates.close()
  })

  it('shows how far it is, and then is ready', async () => {
    const updates = await opened()
    await updates.look()
    const seen: unknown[] = []
    updates.on('changed', ({ state, progress }) => seen.push([state, progress?.done ?? null]))
    send = async (onProgress) => {
      onProgress({ done: 1, total: 4, etaSeconds: 3 })
      onProgress({ done: 4, total: 4, etaSeconds: 0 })
    }
    await fetched(updates)
    expect(seen).toEqual([
      ['fetching', null],
      ['fetching', 1],
      ['fetching', 4],
      ['ready', null],
    ])
    await updates.look()
    expect(asked).toBe(1)
    await updates.close()
  })

  it('is cancelled without complaint, and by the program’s end', async () => {
    const updates = await opened()
    await updates.look()
    send = (_, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Failure('cancelled')))
      })
    const over = fetched(updates)
    await Promise.resolve()
    updates.cancel()
    await over
    expect(updates.get()).toMatchObject({ state: 'found', version: '2.0.0' })
    expect(updates.get().failure).toBeUndefined()
    updates.fetch()
    await updates.close()
    expect(updates.get().state).toBe('found')
  })

  it('ends where the server falls silent, but not while something comes or what came is checked', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const updates = await opened()
      await updates.look()
      let come: Parameters<Updater['fetch']>[0] = () => undefined
      let wasEnded = false
      send = (onProgress, signal) => {
        come = onProgress
        return new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            wasEnded = true
            reject(new Failure('cancelled'))
          })
        })
      }
      const silent = fetched(updates)
      await vi.advanceTimersByTimeAsync(59_999)
      come({ done: 1, total: 4, etaSeconds: null })
      await vi.advanceTimersByTimeAsync(59_999)
      expect(updates.get()).toMatchObject({ state: 'fetching', progress: { done: 1 } })
      await vi.advanceTimersByTimeAsync(1)
      await silent
      expect(wasEnded).toBe(true)
      expect(updates.get()).toMatchObject({ state: 'found', failure: { code: 'update-unreachable' } })

      const checked = fetched(updates)
      await vi.advanceTimersByTimeAsync(0)
      come({ done: 4, total: 4, etaSeconds: 0 })
      await vi.advanceTimersByTimeAsync(120_000)
      expect(updates.get().state).toBe('fetching')
      updates.cancel()
      await checked
    } finally {
      vi.useRealTimers()
    }
  })

  it('can be tried again when it failed', async () => {
    const updates = await opened()
    await updates.look()
    send = async () => {
      throw new Failure('update-unfit')
    }
    await fetched(updates)
    expect(updates.get()).toMatchObject({ state: 'found', failure: { code: 'update-unfit' } })
    expect(() => updates.wantRestart()).toThrow('bad-request')
    send = async () => undefined
    await fetched(updates)
    expect(updates.get().state).toBe('ready')
    expect(updates.get().failure).toBeUndefined()
    await updates.close()
  })
})

describe('the end', () => {
  it('starts what is ready in the program’s place only where that is wanted', async () => {
    const updates = await opened()
    await updates.look()
    await fetched(updates)
    await updates.close()
    let letGo = false
    await updates.end(() => {
      letGo = true
    })
    expect([installed, letGo]).toEqual([0, false])
  })

  it('lets go of the lock before the new version starts', async () => {
    const updates = await opened()
    await updates.look()
    await fetched(updates)
    updates.wantRestart()
    await updates.close()
    let installedBefore = -1
    await updates.end(() => {
      installedBefore = installed
    })
    expect([installedBefore, installed]).toEqual([0, 1])
  })

  it('starts nothing that does not fit where this one lies', async () => {
    fits = false
    const updates = await opened()
    await updates.look()
    await fetched(updates)
    updates.wantRestart()
    await updates.close()
    await updates.end(() => undefined)
    expect(installed).toBe(0)
  })
})
