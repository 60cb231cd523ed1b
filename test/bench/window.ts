/** What the benches ask of the gallery in the window; the functions without a page run in the window itself. */
import type { Page } from '@playwright/test'

/** Of the window's own globals, which other parts of the bench do not have, as much as is used here. */
interface Box {
  readonly top: number
  readonly bottom: number
  readonly left: number
}

interface Element {
  readonly dataset: Readonly<Record<string, string | undefined>>
  readonly scrollTop: number
  /** Of pictures. */
  readonly complete?: boolean
  readonly naturalWidth?: number
  getBoundingClientRect(): Box
  querySelector(selector: string): Element | null
  querySelectorAll(selector: string): Iterable<Element>
}

declare const document: Pick<Element, 'querySelector' | 'querySelectorAll'>
declare function requestAnimationFrame(callback: (now: number) => void): void

/** Resolves when all photos in view are drawn. */
export async function photosDrawn(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const frame = (): Promise<unknown> => new Promise(requestAnimationFrame)
    const areDrawn = (): boolean => {
      const view = document.querySelector('.scroller')?.getBoundingClientRect()
      const cells = [...document.querySelectorAll('[data-photo]')].filter((cell) => {
        const { top, bottom } = cell.getBoundingClientRect()
        return view !== undefined && bottom > view.top && top < view.bottom
      })
      return cells.length > 0 && cells.every((cell) => (cell.querySelector('img')?.naturalWidth ?? 0) > 0)
    }
    while (!areDrawn()) await frame()
    await frame()
  })
}

/** Clicks on a photo and waits until that shows. Returns when it did, in milliseconds since 1970. */
export async function choosePhoto(page: Page): Promise<number> {
  const { left, top } = await page.evaluate(() => {
    const cell = [...document.querySelectorAll('[data-photo]')].at(3)
    if (cell === undefined) throw new Error('There are no photos.')
    const { left, top } = cell.getBoundingClientRect()
    return { left, top }
  })
  await page.mouse.click(left + 30, top + 30)
  return page.evaluate(async () => {
    const frame = (): Promise<unknown> => new Promise(requestAnimationFrame)
    while (document.querySelector('[data-photo][aria-selected="true"]') === null) await frame()
    await frame()
    return Date.now()
  })
}

/**
 * Presses the button for sample photos on the empty shelf as soon as it is there, and waits until a photo and what
 * became of it are drawn. Returns when either was, in milliseconds since 1970.
 */
export async function trySamples(page: Page): Promise<{ readonly pressed: number; readonly drawn: number }> {
  await page.locator('.empty .try').click()
  const pressed = Date.now()
  const drawn = await page.evaluate(async () => {
    const frame = (): Promise<unknown> => new Promise(requestAnimationFrame)
    const areDrawn = (): boolean =>
      [...document.querySelectorAll('.compare img[alt*=", "]')].filter((img) => (img.naturalWidth ?? 0) > 0)
        .length >= 2
    while (!areDrawn()) await frame()
    await frame()
    return Date.now()
  })
  return { pressed, drawn }
}

export interface WatchedScroll {
  /** The time between one frame and the next, in milliseconds. */
  readonly frames: number[]
  /** How long each photo that came into view had no picture, in milliseconds. */
  readonly waits: number[]
  /** Photos that left the view again before their picture came. */
  missed: number
  /** How far the gallery was scrolled, in CSS pixels. */
  pixels: number
}

/** Looks at every frame from now on, until the function that it returns is called. */
export async function watchScroll(page: Page): Promise<() => Promise<WatchedScroll>> {
  const watch = await page.evaluateHandle(() => {
    const scroller = document.querySelector('.scroller')
    if (scroller === null) throw new Error('There is no gallery.')
    const watched: WatchedScroll = { frames: [], waits: [], missed: 0, pixels: 0 }
    const waitingSince = new Map<string, number>()
    const seen = new Set<string>()
    const from = scroller.scrollTop
    let last = performance.now()
    let ended = false
    const lookAt = (now: number): void => {
      const view = scroller.getBoundingClientRect()
      const inView = new Set<string>()
      for (const cell of scroller.querySelectorAll('[data-photo]')) {
        const { top, bottom } = cell.getBoundingClientRect()
        if (bottom <= view.top || top >= view.bottom) continue
        const id = cell.dataset['photo'] ?? ''
        inView.add(id)
        if (seen.has(id)) continue
        const since = waitingSince.get(id) ?? now
        waitingSince.set(id, since)
        if (cell.querySelector('img')?.complete !== true) continue
        waitingSince.delete(id)
        seen.add(id)
        watched.waits.push(now - since)
      }
      for (const id of [...waitingSince.keys()].filter((id) => !inView.has(id))) {
        waitingSince.delete(id)
        watched.missed++
      }
    }
    const onFrame = (now: number): void => {
      if (ended) return
      watched.frames.push(now - last)
      last = now
      lookAt(now)
      requestAnimationFrame(onFrame)
    }
    requestAnimationFrame(onFrame)
    const end = (): WatchedScroll => {
      ended = true
      watched.pixels = scroller.scrollTop - from
      return watched
    }
    return { end }
  })
  return () => watch.evaluate(({ end }) => end())
}
