/** What the program holds when nobody has used it for a while. */
import { rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { memoryOf, type ProcessMemory, type ProgramMemory } from './memory.ts'
import { startProgram, type ProgramOptions, type StartedProgram } from './program.ts'
import { openScreen } from './screen.ts'
import { scrollPast } from './scroll.ts'
import { copyOfShelf } from './shelf.ts'
import { choosePhoto, photosDrawn } from './window.ts'

export interface IdleMoment extends ProgramMemory {
  readonly minutes: number
  /** Sums over all processes. */
  readonly pssMiB: number
  readonly rssMiB: number
}

/** `minutes` after the start or, with `used`, after all photos were scrolled past and one was converted. */
export async function benchIdle(
  options: Omit<ProgramOptions, 'display'>,
  { minutes, used }: { readonly minutes: readonly number[]; readonly used: boolean },
): Promise<IdleMoment[]> {
  const screen = await openScreen()
  // The door by which a window is driven takes memory, too.
  const data = used ? await copyOfShelf(options.data) : options.data
  const app = startProgram({ ...options, data, display: screen.display }, { drivable: used })
  try {
    const moments: IdleMoment[] = []
    if (used) await use(app)
    const since = Date.now()
    for (const minute of minutes) {
      await Promise.race([sleep(since + minute * 60_000 - Date.now()), app.ended])
      const memory = await memoryOf(app.child.pid ?? 0)
      const sum = (of: (one: ProcessMemory) => number): number =>
        Math.round(memory.processes.reduce((total, one) => total + of(one), 0))
      moments.push({
        minutes: minute,
        pssMiB: sum((one) => one.pssMiB),
        rssMiB: sum((one) => one.rssMiB),
        ...memory,
      })
    }
    return moments
  } finally {
    await app.close()
    await screen.close()
    if (used) await rm(data, { recursive: true, force: true })
  }
}

async function use(app: StartedProgram): Promise<void> {
  const { browser, page } = await app.attach()
  await photosDrawn(page)
  await choosePhoto(page)
  await page.getByRole('button', { name: 'Summer → Winter' }).click()
  await page.getByRole('gridcell', { selected: true }).getByText('Winter').waitFor()
  await scrollPast(page)
  await browser.close()
}
