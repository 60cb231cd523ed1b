/** What axe says of the screen as it is now. */
import { expect } from '@playwright/test'
import axeCore, { type AxeResults } from 'axe-core'
import type { Solstice } from './solstice.ts'

declare global {
  /** In the page, once its source has run there. */
  var axe: { readonly run: (context: Document) => Promise<AxeResults> }
}

const themes = ['light', 'dark'] as const

/** Looks at what is on the screen now, in both themes. */
export async function expectAccessible(solstice: Solstice): Promise<void> {
  const { window } = solstice
  for (const theme of themes) {
    await solstice.ask('settings.set', { theme })
    await expect(window.locator('html')).toHaveAttribute('data-theme', theme)
    await window.evaluate(axeCore.source)
    const { passes, violations } = await window.evaluate(async () => {
      // Colours are measured when they have arrived.
      await Promise.allSettled(document.getAnimations().map((animation) => animation.finished))
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
