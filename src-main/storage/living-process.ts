/** Whether a process that left its mark is still there, and not another that was given its number since. */
import { readFile } from 'node:fs/promises'
import { uptime } from 'node:os'
import { z } from 'zod'
import { errorCodeOf } from '../photos/failures.ts'

export const processMarkSchema = z.object({
  pid: z.number().int().positive(),
  /** Tells processes of one number apart; null where the system does not say, which is all but Linux. */
  started: z.string().nullable(),
})
export type ProcessMark = Readonly<z.infer<typeof processMarkSchema>>

/** Clocks are set right while the system runs. */
const clockSlackMs = 5 * 60_000

export async function ownMark(): Promise<ProcessMark> {
  return { pid: process.pid, started: (await look(process.pid))?.started ?? null }
}

/** `markedAt`: when it left its mark, in ms since 1970. */
export async function isAlive({ pid, started }: ProcessMark, markedAt: number): Promise<boolean> {
  if (!hasNumber(pid)) return false
  const now = await look(pid)
  if (now !== null && started !== null) return !now.hasEnded && now.started === started
  // The number is all there is to go by; but no process is older than the system's start.
  return markedAt >= Date.now() - uptime() * 1000 - clockSlackMs
}

function hasNumber(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (thrown) {
    // No permission to signal it: it is there, and someone else's.
    return errorCodeOf(thrown) === 'EPERM'
  }
}

/**
 * What Linux tells of a process in /proc/…/stat (proc_pid_stat(5)): its state, and the moment it began in ticks since
 * the system did, which the name of that start makes unique.
 */
async function look(pid: number): Promise<{ readonly started: string; readonly hasEnded: boolean } | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8')
    // The program's name stands in brackets before them and may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const [state, ticks] = [fields[0], fields[19]]
    if (state === undefined || ticks === undefined) return null
    return { started: `${boot.trim()} ${ticks}`, hasEnded: state === 'Z' || state === 'X' }
  } catch {
    return null
  }
}
