/**
 * The memory of a program and all processes that it started, as Linux tells it. RSS counts a page that several processes
 * share once for each of them; PSS gives each its part, so that the sum is what the machine is short of.
 */
import { readdir, readFile, readlink } from 'node:fs/promises'

export interface ProcessMemory {
  readonly pid: number
  readonly name: string
  readonly pssMiB: number
  readonly rssMiB: number
}

export interface ProgramMemory {
  readonly processes: readonly ProcessMemory[]
  /** Processes of the same executable that are not the program's. What they share with it is missing in its PSS. */
  readonly strangers: number
}

/** The process and its descendants. */
export async function memoryOf(pid: number): Promise<ProgramMemory> {
  const parents = await allParents()
  const isOurs = (one: number): boolean => {
    const parent = parents.get(one)
    return one === pid || (parent !== undefined && isOurs(parent))
  }
  const pids = [...parents.keys()]
  const memories = await Promise.all(pids.filter(isOurs).map(memoryOfOne))
  const executable = await executableOf(pid)
  const others = await Promise.all(pids.filter((one) => !isOurs(one)).map(executableOf))
  return {
    processes: memories.filter((memory) => memory !== null).sort((a, b) => b.pssMiB - a.pssMiB),
    strangers: others.filter((other) => other !== null && other === executable).length,
  }
}

/** Null where there is none, or it is not for us to know. */
const executableOf = (pid: number): Promise<string | null> => readlink(`/proc/${pid}/exe`).catch(() => null)

async function allParents(): Promise<Map<number, number>> {
  const parents = new Map<number, number>()
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  for (const pid of pids) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
    // The name, in brackets, may hold anything.
    const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (parent !== undefined) parents.set(Number(pid), Number(parent))
  }
  return parents
}

async function memoryOfOne(pid: number): Promise<ProcessMemory | null> {
  try {
    const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8')
    const mebibytes = (field: string): number =>
      Number(new RegExp(`^${field}: +(\\d+) kB`, 'm').exec(rollup)?.[1] ?? 0) / 1024
    const name = nameFrom(await readFile(`/proc/${pid}/cmdline`, 'utf8'))
    return { pid, name, pssMiB: mebibytes('Pss'), rssMiB: mebibytes('Rss') }
  } catch {
    // It has ended meanwhile.
    return null
  }
}

/** Chromium tells its processes apart by their switches. */
function nameFrom(commandLine: string): string {
  const type = /--type=([\w-]+)/.exec(commandLine)?.[1]
  const service = /--utility-sub-type=([\w.]+)/.exec(commandLine)?.[1]
  if (service?.startsWith('node.')) return 'engine'
  return service ?? type ?? 'main'
}
