/** What axe says of the screen as it is now. */
import { expect } from '@playwright/test'
import axeCore, { type AxeResults } from 'axe-core'
import type { Solstice } from './solstice.ts'

declare global {
  /** In the page, once its source has run there. */
  var axe: { readonly run: (context: Document) => Promise<AxeResults> }
}

const themes = ['light', 'dark'] as const

/** In the page: what is still on its way to where it ends. */
const transitionsUnderWay = (): string[] =>
  document
    .getAnimations()
    .filter(
      ({ effect, playState }) => playState === 'running' && effect?.getComputedTiming().endTime !== Infinity,
    )
    .map((animation) =>
      animation instanceof CSSTransition ? animation.transitionProperty : animation.constructor.name,
    )

/** Looks at what is on the screen now, in both themes. */
export async function expectAccessible(solstice: Solstice): Promise<void> {
  const { window } = solstice
  for (const theme of themes) {
    await solstice.ask('settings.set', { theme })
    await expect(window.locator('html')).toHaveAttribute('data-theme', theme)
    await window.evaluate(axeCore.source)
    // Colours are measured when they have arrived. A placeholder that breathes does so for ever.
    await expect.poll(() => window.evaluate(transitionsUnderWay)).toEqual([])
    const { passes, violations } = await window.evaluate(async () => {
      const found = await globalThis.axe.run(document)
      return {
        passes: found.passes.length,
        violations: found.violations.map(({ id, help, nodes }) => ({
          id,
          help,
          at: nodes.map(({ html }) => html),
        })),
      }
    })
    expect(violations, theme).toEqual([])
    expect(passes).toBeGreaterThan(10)
  }
}
