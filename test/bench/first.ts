/** The first start of all, with nothing kept from an earlier one: until the winter of a sample photo can be seen. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dropFromMemory } from './cold.ts'
import { startProgram, type ProgramOptions } from './program.ts'
import { openScreen, type Screen } from './screen.ts'
import { trySamples } from './window.ts'

export interface FirstResult {
  /** From the start of the process to the window with nothing in it, and the button for sample photos pressed. */
  readonly pressedMs: number
  /** From the start of the process to photo and winter drawn, side by side. */
  readonly winterMs: number
}

/** Each start has new data, and the program's files are no longer in memory. */
export async function benchFirst(program: string | undefined, starts: number): Promise<FirstResult[]> {
  const screen = await openScreen()
  try {
    const results: FirstResult[] = []
    for (let index = 0; index < starts; index++) results.push(await measureFirst(program, screen))
    return results
  } finally {
    await screen.close()
  }
}

async function measureFirst(program: string | undefined, { display }: Screen): Promise<FirstResult> {
  const data = await mkdtemp(join(tmpdir(), 'solstice-first-'))
  const options: ProgramOptions = { program, data, display }
  await dropFromMemory(options)
  const app = startProgram(options)
  try {
    const { page } = await app.attach()
    const { pressed, drawn } = await Promise.race([trySamples(page), app.ended])
    return { pressedMs: pressed - app.startedAt, winterMs: drawn - app.startedAt }
  } finally {
    await app.close()
    await rm(data, { recursive: true, force: true })
  }
}
