/** The gallery under a real wheel: how regular the window's frames are, and how long a photo in view has no picture. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from '@playwright/test'
import { median } from './measure.ts'
import { startProgram, type ProgramOptions } from './program.ts'
import { openScreen } from './screen.ts'
import { photosDrawn, watchScroll } from './window.ts'

export interface ScrollResult {
  /** How far it went, in CSS pixels. */
  readonly pixels: number
  readonly frames: number
  /** Frames that took longer than two of 60 in a second. */
  readonly over33Ms: number
  readonly p95Ms: number
  readonly longestMs: number
  /** How long photos that had come into view were without their picture, in milliseconds. */
  readonly pictures: { readonly count: number; readonly medianMs: number; readonly p95Ms: number }
  /** Photos that had left the view again before their picture came. */
  readonly missed: number
  /** From the wheel's last turn until all in view had their picture. */
  readonly settledMs: number
}

interface Wheel {
  /** CSS pixels a turn. */
  readonly step: number
  readonly everyMs: number
  readonly turns: number
}

/** A notch of a wheel is 120 pixels: somebody who looks at the photos, one who looks for one, and one who rushes on. */
const wheels: Readonly<Record<'looking' | 'searching' | 'rushing', Wheel>> = {
  looking: { step: 120, everyMs: 100, turns: 80 },
  searching: { step: 240, everyMs: 50, turns: 160 },
  rushing: { step: 1500, everyMs: 16, turns: 120 },
}

export type ScrollBenchResult = Readonly<Record<keyof typeof wheels, ScrollResult>>

export async function benchScroll(options: Omit<ProgramOptions, 'display'>): Promise<ScrollBenchResult> {
  const screen = await openScreen()
  const app = startProgram({ ...options, display: screen.display })
  try {
    const { page } = await app.attach()
    await photosDrawn(page)
    // What the program does after its start is another bench's.
    await sleep(8000)
    return {
      looking: await scroll(page, wheels.looking),
      searching: await scroll(page, wheels.searching),
      rushing: await scroll(page, wheels.rushing),
    }
  } finally {
    await app.close()
    await screen.close()
  }
}

/** From the first photo to the last, at a pace at which each is drawn. */
export async function scrollPast(page: Page): Promise<void> {
  for (;;) {
    const { pixels } = await scroll(page, wheels.searching)
    if (pixels === 0) return
  }
}

async function scroll(page: Page, { step, everyMs, turns }: Wheel): Promise<ScrollResult> {
  const grid = await page.locator('.scroller').boundingBox()
  if (grid === null) throw new Error('There is no gallery.')
  await page.mouse.move(grid.x + grid.width / 2, grid.y + grid.height / 2)
  const endOfScroll = await watchScroll(page)
  const started = performance.now()
  for (let turn = 0; turn < turns; turn++) {
    await page.mouse.wheel(0, step)
    await sleep(Math.max(0, started + (turn + 1) * everyMs - performance.now()))
  }
  const stopped = performance.now()
  await sleep(100)
  await photosDrawn(page)
  const settledMs = performance.now() - stopped
  const { frames, waits, missed, pixels } = await endOfScroll()
  const at = (values: readonly number[], share: number): number =>
    Math.round(values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? 0)
  return {
    pixels,
    frames: frames.length,
    over33Ms: frames.filter((ms) => ms > 34).length,
    p95Ms: at(frames, 0.95),
    longestMs: Math.round(Math.max(...frames)),
    pictures: { count: waits.length, medianMs: Math.round(median(waits)), p95Ms: at(waits, 0.95) },
    missed,
    settledMs: Math.round(settledMs),
  }
}
