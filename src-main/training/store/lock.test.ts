import { randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { uptime } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { failureOf } from '../../photos/test-support.ts'
import { randomFrom, temporaryFolder } from '../data/test-support.ts'
import { clearDeadLock, isLocked, lockFolder } from '../../storage/lock.ts'
import { childStarter } from './testing/children.ts'

const at = temporaryFolder()
const start = childStarter()
let folders = 0

async function newFolder(): Promise<string> {
  const folder = at(`run-${++folders}`)
  await mkdir(folder)
  return folder
}

/** What a killed process leaves: its lock. */
async function lockOfTheDead(): Promise<string> {
  const [folder, child] = [await newFolder(), await start()]
  child.send({ kind: 'lock', folder })
  expect(await child.next()).toEqual({ kind: 'locked' })
  await child.kill()
  return readFile(join(folder, 'lock'), 'utf8')
}

// A run that was killed between its last step and the release of its lock kept it for ever.
it('clearDeadLock removes the lock of a dead process, and no other', async () => {
  const folder = await newFolder()
  await clearDeadLock(folder)
  await writeFile(join(folder, 'lock'), await lockOfTheDead())
  await clearDeadLock(folder)
  expect(await readdir(folder)).toEqual([])
  const lock = await lockFolder(folder, 'training-busy')
  await clearDeadLock(folder)
  expect(await isLocked(folder)).toBe(true)
  await lock.release()
})

describe('lockFolder', () => {
  it('locks for all, this process included, until it is released', async () => {
    const folder = await newFolder()
    expect(await isLocked(folder)).toBe(false)
    const lock = await lockFolder(folder, 'training-busy')
    expect(await isLocked(folder)).toBe(true)
    const busy = await failureOf(lockFolder(folder, 'training-busy'))
    expect([busy.code, busy.subject]).toEqual(['training-busy', `run-${folders}`])
    const other = await start()
    other.send({ kind: 'lock', folder })
    expect(await other.next()).toEqual({ kind: 'busy' })
    expect(await readdir(folder)).toEqual(['lock'])
    await lock.release()
    expect(await isLocked(folder)).toBe(false)
    expect(await readdir(folder)).toEqual([])
    const again = await lockFolder(folder, 'training-busy')
    await lock.release()
    expect(await isLocked(folder)).toBe(true)
    await again.release()
  })

  it('is held by a child until that is killed, then taken over', async () => {
    const [folder, child] = [await newFolder(), await start()]
    child.send({ kind: 'lock', folder })
    expect(await child.next()).toEqual({ kind: 'locked' })
    expect(await isLocked(folder)).toBe(true)
    expect((await failureOf(lockFolder(folder, 'training-busy'))).code).toBe('training-busy')
    await child.kill()
    expect(await isLocked(folder)).toBe(false)
    const lock = await lockFolder(folder, 'training-busy')
    expect(await readdir(folder)).toEqual(['lock'])
    await lock.release()
  })

  it('lets the run’s folder be removed under it', async () => {
    const folder = await newFolder()
    const lock = await lockFolder(folder, 'training-busy')
    await rm(folder, { recursive: true })
    await lock.release()
    expect(await isLocked(folder)).toBe(false)
    expect((await failureOf(lockFolder(folder, 'training-busy'))).code).toBe('cannot-write')
  })

  it.skipIf(process.platform !== 'linux')('is not fooled by a number given anew (Linux: /proc)', async () => {
    const folder = await newFolder()
    const lock = await lockFolder(folder, 'training-busy')
    const own = JSON.parse(await readFile(join(folder, 'lock'), 'utf8')) as { started: string }
    await lock.release()
    const started = own.started.replace(/\d+$/, (ticks) => String(Number(ticks) - 1))
    await writeFile(join(folder, 'lock'), JSON.stringify({ ...own, started }))
    expect(await isLocked(folder)).toBe(false)
    await writeFile(join(folder, 'lock'), JSON.stringify({ ...own, started: null }))
    expect(await isLocked(folder)).toBe(true)
    await writeFile(join(folder, 'lock'), JSON.stringify({ ...own, pid: 1, started: null }))
    expect(await isLocked(folder)).toBe(true)
  })

  // Where the system tells nothing but the number, as Windows and macOS do, a run could not be gone on with.
  it('is not kept locked by a process with the number of one from before the system’s start', async () => {
    const folder = await newFolder()
    const lock = join(folder, 'lock')
    const mark = { pid: process.pid, started: null, token: randomUUID() }
    await writeFile(lock, JSON.stringify(mark))
    expect(await isLocked(folder)).toBe(true)
    const beforeStart = Date.now() / 1000 - uptime() - 3600
    await utimes(lock, beforeStart, beforeStart)
    expect(await isLocked(folder)).toBe(false)
    await (await lockFolder(folder, 'training-busy')).release()
  })

  it.each([
    ['empty', ''],
    ['torn', '{"pid":'],
    ['of no process', '{"pid":-1,"started":null,"token":"x"}'],
    ['of zeros', '\0'.repeat(90)],
  ])('takes over a lock that is %s, as only a loss of power leaves it', async (_how, content) => {
    const folder = await newFolder()
    await writeFile(join(folder, 'lock'), content)
    expect(await isLocked(folder)).toBe(false)
    const lock = await lockFolder(folder, 'training-busy')
    expect(await isLocked(folder)).toBe(true)
    expect(await readdir(folder)).toEqual(['lock'])
    await lock.release()
  })

  it('goes to one of four who want it at once, whatever the dead have left', async () => {
    const dead = JSON.parse(await lockOfTheDead()) as { token: string }
    const children = await Promise.all(Array.from({ length: 4 }, () => start()))
    const tokenOf = (round: number) => dead.token.replace(/.{4}$/, String(round).padStart(4, '0'))
    for (let round = 0; round < 60; round++) {
      const folder = await newFolder()
      const leave = (name: string, token: number) =>
        writeFile(join(folder, name), JSON.stringify({ ...dead, token: tokenOf(token) }))
      // A lock; one whose taking over was broken off; one where even that was.
      if (round % 4 > 0) await leave('lock', round)
      if (round % 4 > 1) await leave(`lock.after-${tokenOf(round)}`, round + 1000)
      if (round % 4 > 2) await leave(`lock.after-${tokenOf(round + 1000)}`, round + 2000)
      for (const child of children) child.send({ kind: 'lock', folder })
      const news = await Promise.all(children.map((child) => child.next()))
      expect(news.map((one) => one?.kind).toSorted()).toEqual(['busy', 'busy', 'busy', 'locked'])
      const winner = children[news.findIndex((one) => one?.kind === 'locked')]!
      expect(JSON.parse(await readFile(join(folder, 'lock'), 'utf8'))).toMatchObject({ pid: winner.pid })
      winner.send({ kind: 'release' })
      await winner.next()
      expect(await isLocked(folder)).toBe(false)
    }
  })

  it('can be taken whenever the one who took it was killed', async () => {
    const random = randomFrom(5)
    const folder = await newFolder()
    for (let kill = 0; kill < 12; kill++) {
      const child = await start()
      child.send({ kind: 'relock', folder })
      for (let heard = 1 + Math.floor(random() * 10); heard > 0; heard--) await child.next()
      for (let turns = Math.floor(random() * 50); turns > 0; turns--) await turn()
      await child.kill()
      const lock = await lockFolder(folder, 'training-busy')
      expect(await readdir(folder)).toEqual(['lock'])
      await lock.release()
    }
  })
})
