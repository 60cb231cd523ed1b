/**
 * How a later start of the program tells the one that runs already what to open. Chromium's message to it holds
 * 32 KiB, and a longer one ends that program (Electron 33 on Linux): names that are too many wait in files instead.
 */
import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { z } from 'zod'
import { writeFailure } from '../photos/failures.ts'
import type { Named } from './opened-files-arguments.ts'

const namedSchema = z.object({
  names: z.array(z.string().min(1)),
  folder: z.string(),
})

/** Leaves room for the names to come twice in the message, and for the folder. Bytes. */
const longestTold = 8 * 1024

export const isTooLong = (argv: readonly string[]): boolean =>
  argv.reduce((bytes, argument) => bytes + Buffer.byteLength(argument) + 1, 0) > longestTold

/** Letters and digits alone, for the message loses other data: a Cyrillic name with a space in it did not come. */
export const writeMessage = (named: Named) => ({
  named: Buffer.from(JSON.stringify(named)).toString('base64url'),
})

/** Null where `data` is something else. */
export function readMessage(data: unknown): Named | null {
  const message = z.object({ named: z.string() }).safeParse(data)
  return message.success ? readNamed(Buffer.from(message.data.named, 'base64url').toString()) : null
}

/** Synchronous, for it comes before all else. Throws `disk-full`, `cannot-write`. */
export function leaveNames(folder: string, named: Named): void {
  try {
    mkdirSync(folder, { recursive: true })
    writeFileAtomic.sync(join(folder, `${randomUUID()}.json`), JSON.stringify(named))
  } catch (thrown) {
    throw writeFailure(thrown, folder)
  }
}

/** What was left in `folder`, which is empty then. */
export async function takeNames(folder: string): Promise<Named[]> {
  const files = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.json'))
  const taken: Named[] = []
  for (const file of files) {
    const path = join(folder, file)
    const named = readNamed(await readFile(path, 'utf8').catch(() => ''))
    if (named !== null) taken.push(named)
    await rm(path, { force: true })
  }
  return taken
}

function readNamed(text: string): Named | null {
  try {
    return namedSchema.parse(JSON.parse(text))
  } catch {
    return null
  }
}
