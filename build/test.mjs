/**
 * `npm test`: the same set-up as `npm start`, then every test. The last line tells the sum of all runners:
 * `N passed, N failed`.
 */
import { total } from './results.mjs'
import { ensureBuild } from './setup/bundle.mjs'
import { ensureDependencies } from './setup/dependencies.mjs'
import { hasDisplay, openVirtualDisplay } from './setup/display.mjs'
import { ensureElectron } from './setup/electron.mjs'
import { ensureLibraries } from './setup/libraries.mjs'
import { root } from './setup/paths.mjs'
import { reportSum, runPlaywright, runVitest } from './test-runners.mjs'

async function test() {
  const visible = hasDisplay()
  await ensureDependencies(root)
  const electron = await ensureElectron()
  await ensureLibraries(electron.executable, { virtualDisplay: !visible })
  await ensureBuild(root)

  const vitest = await runVitest()
  const screen = visible ? null : await openVirtualDisplay()
  try {
    return total([vitest, await runPlaywright(screen ? { DISPLAY: screen.display } : {})])
  } finally {
    await screen?.close()
  }
}

await reportSum(test)
