/** From the start of the process to a window that can be seen, and to one that can be used, with many photos. */
import { setTimeout as sleep } from 'node:timers/promises'
import { dropFromMemory } from './cold.ts'
import { median } from './measure.ts'
import { startProgram, type ProgramOptions } from './program.ts'
import { openScreen, type Screen } from './screen.ts'
import { choosePhoto, photosDrawn } from './window.ts'

export interface StartResult {
  /** The first picture of the window is on the screen. */
  readonly visibleMs: number
  /** All photos in view are drawn, and a click on one has chosen it. */
  readonly usableMs: number
}

export interface StartBenchResult {
  readonly warm: StartResult
  readonly cold: StartResult
  readonly runs: { readonly warm: readonly StartResult[]; readonly cold: readonly StartResult[] }
}

/** An empty window, before its page is there, has two or three. */
const coloursOfAPage = 5

const patienceMs = 60_000

export async function benchStart(
  options: Omit<ProgramOptions, 'display'>,
  starts: number,
): Promise<StartBenchResult> {
  const screen = await openScreen()
  try {
    const runs: { warm: StartResult[]; cold: StartResult[] } = { warm: [], cold: [] }
    await measureStart(screen, options)
    for (let index = 0; index < starts; index++) {
      runs.warm.push(await measureStart(screen, options))
      await dropFromMemory(options)
      runs.cold.push(await measureStart(screen, options))
    }
    return { warm: middle(runs.warm), cold: middle(runs.cold), runs }
  } finally {
    await screen.close()
  }
}

const middle = (results: readonly StartResult[]): StartResult => ({
  visibleMs: median(results.map(({ visibleMs }) => visibleMs)),
  usableMs: median(results.map(({ usableMs }) => usableMs)),
})

async function measureStart(screen: Screen, options: Omit<ProgramOptions, 'display'>): Promise<StartResult> {
  const app = startProgram({ ...options, display: screen.display })
  try {
    const visible = await Promise.race([seenAt(screen), app.ended])
    // Not before: the door that this goes through slows the start down.
    const { page } = await app.attach()
    await photosDrawn(page)
    const usable = await choosePhoto(page)
    return { visibleMs: visible - app.startedAt, usableMs: usable - app.startedAt }
  } finally {
    await app.close()
  }
}

async function seenAt(screen: Screen): Promise<number> {
  const deadline = Date.now() + patienceMs
  while ((await screen.colours()) < coloursOfAPage) {
    if (Date.now() > deadline) throw new Error('No window came.')
    await sleep(4)
  }
  return Date.now()
}
