/**
 * The lock of a folder with long work in it: a file that names the one process that may work there. It appears with all it says and
 * exclusively, as a hard link; that of a process that is gone is taken over.
 */
import { randomUUID } from 'node:crypto'
import { link, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import { Failure, type ErrorCode } from '../contract/errors.ts'
import { errorCodeOf, writeFailure } from '../photos/failures.ts'
import { isAlive, ownMark, processMarkSchema } from './living-process.ts'

const lockName = 'lock'
/** Files beside the lock that live for the moment in which it is taken. */
const besidePrefix = 'lock.'
/** Where there are no hard links, a lock is written in place: so long it may stand there unfinished. */
const unfinishedMs = 200

const holderSchema = processMarkSchema.extend({ token: z.uuid() })
type Holder = Readonly<z.infer<typeof holderSchema>>
/** As it stands in a file; `markedAt` in ms since 1970. */
type Found = Holder & { readonly markedAt: number }

export interface FolderLock {
  /** Once is enough; again does nothing. */
  release(): Promise<void>
}

/**
 * Locks a folder for this process. Throws Failure `busy` with the folder's name while a process holds it, this one
 * included; `disk-full`, `cannot-write`.
 */
export async function lockFolder(folder: string, busy: ErrorCode): Promise<FolderLock> {
  try {
    const own = await take(folder, lockName)
    if (own === null) throw new Failure(busy, basename(folder))
    await clearBeside(folder).catch(() => undefined)
    return { release: () => release(folder, lockName, own) }
  } catch (thrown) {
    throw writeFailure(thrown, join(folder, lockName))
  }
}

/** Removes what a dead process has left of its lock; that of a living one stays. Throws `disk-full`, `cannot-write`. */
export async function clearDeadLock(folder: string): Promise<void> {
  if ((await holderOf(join(folder, lockName))) === 'none') return
  try {
    const own = await take(folder, lockName)
    if (own === null) return
    await clearBeside(folder).catch(() => undefined)
    await release(folder, lockName, own)
  } catch (thrown) {
    throw writeFailure(thrown, join(folder, lockName))
  }
}

/** Whether a process works there now. */
export async function isLocked(folder: string): Promise<boolean> {
  const holder = await holderOf(join(folder, lockName))
  return typeof holder === 'object' && (await isAlive(holder, holder.markedAt))
}

/**
 * Takes the lock of this name; null while another has it. To remove the lock of a dead process one must hold a second
 * lock, named after the very lock that goes: otherwise, of two that find it at once, the slower would remove what the
 * faster has put in its place. Who dies in doing so leaves a lock like any other.
 */
async function take(folder: string, name: string): Promise<Holder | null> {
  const path = join(folder, name)
  for (;;) {
    const own = await create(folder, name)
    if (own !== null) return own
    const holder = await holderOf(path)
    if (holder === 'none') continue
    if (holder !== 'unreadable' && (await isAlive(holder, holder.markedAt))) return null
    const right = besideName(`after-${tokenOf(holder)}`)
    const rightToRemove = await take(folder, right)
    if (rightToRemove === null) return null
    try {
      if (tokenOf(await holderOf(path)) === tokenOf(holder)) await rm(path, { force: true })
    } finally {
      await release(folder, right, rightToRemove)
    }
  }
}

/** Null if there is such a lock already, whoever holds it. */
async function create(folder: string, name: string): Promise<Holder | null> {
  const own: Holder = { ...(await ownMark()), token: randomUUID() }
  const text = JSON.stringify(own)
  const draft = join(folder, besideName(own.token))
  try {
    await writeFile(draft, text, { flag: 'wx' })
    await link(draft, join(folder, name)).catch(async (thrown: unknown) => {
      if (errorCodeOf(thrown) === 'EEXIST') throw thrown
      // A disk without hard links.
      await writeFile(join(folder, name), text, { flag: 'wx' })
    })
    return own
  } catch (thrown) {
    if (errorCodeOf(thrown) === 'EEXIST') return null
    throw thrown
  } finally {
    await rm(draft, { force: true })
  }
}

async function release(folder: string, name: string, own: Holder): Promise<void> {
  const path = join(folder, name)
  try {
    if (tokenOf(await holderOf(path)) === own.token) await rm(path, { force: true })
  } catch (thrown) {
    throw writeFailure(thrown, path)
  }
}

async function holderOf(path: string): Promise<Found | 'none' | 'unreadable'> {
  const holder = await readHolder(path)
  if (holder !== 'unreadable') return holder
  await wait(unfinishedMs)
  return readHolder(path)
}

async function readHolder(path: string): Promise<Found | 'none' | 'unreadable'> {
  let text: string
  let markedAt: number
  try {
    text = await readFile(path, 'utf8')
    markedAt = (await stat(path)).mtimeMs
  } catch (thrown) {
    if (errorCodeOf(thrown) === 'ENOENT') return 'none'
    throw thrown
  }
  try {
    const holder = holderSchema.safeParse(JSON.parse(text))
    return holder.success ? { ...holder.data, markedAt } : 'unreadable'
  } catch {
    return 'unreadable'
  }
}

function tokenOf(holder: Holder | 'none' | 'unreadable'): string {
  return typeof holder === 'object' ? holder.token : holder
}

function besideName(token: string): string {
  return `${besidePrefix}${token}`
}

/** What processes that died in taking the lock have left; it means nothing to who has the lock. */
async function clearBeside(folder: string): Promise<void> {
  for (const file of await readdir(folder)) {
    if (!file.startsWith(besidePrefix)) continue
    const holder = await readHolder(join(folder, file))
    if (typeof holder !== 'object' || !(await isAlive(holder, holder.markedAt)))
      await rm(join(folder, file), { force: true })
  }
}
