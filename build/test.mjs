/**
 * `npm test`: the same set-up as `npm start`, then every test. The last line tells the sum of all runners:
 * `N passed, N failed`.
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { countPlaywright, countVitest, total } from './results.mjs'
import { ensureBuild } from './setup/bundle.mjs'
import { ensureDependencies } from './setup/dependencies.mjs'
import { hasDisplay, openVirtualDisplay } from './setup/display.mjs'
import { ensureElectron } from './setup/electron.mjs'
import { ensureLibraries } from './setup/libraries.mjs'
import { root } from './setup/paths.mjs'
import { exitCode, run } from './setup/processes.mjs'
import { say, sayError } from './setup/say.mjs'

/** @import { Counts } from './results.mjs' */

const reports = join(root, 'out/test-results')

async function test() {
  const visible = hasDisplay()
  await ensureDependencies(root)
  const electron = await ensureElectron()
  await ensureLibraries(electron.executable, { virtualDisplay: !visible })
  await ensureBuild(root)
  rmSync(reports, { recursive: true, force: true })
  mkdirSync(reports, { recursive: true })

  const vitest = await runVitest()
  const screen = visible ? null : await openVirtualDisplay()
  try {
    return total([vitest, await runPlaywright(screen ? { DISPLAY: screen.display } : {})])
  } finally {
    await screen?.close()
  }
}

async function runVitest() {
  const report = join(reports, 'vitest.json')
  say('\nUnit and golden tests')
  const code = await runTool('node_modules/vitest/vitest.mjs', [
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ])
  return { code, counts: readReport(report, countVitest) }
}

/** @param {NodeJS.ProcessEnv} env */
async function runPlaywright(env) {
  const report = join(reports, 'playwright.json')
  say('\nTests of the app in Electron')
  const code = await runTool('node_modules/@playwright/test/cli.js', ['test', '--reporter=list,json'], {
    ...env,
    PLAYWRIGHT_JSON_OUTPUT_FILE: report,
  })
  return { code, counts: readReport(report, countPlaywright) }
}

/**
 * Runs a tool with its output shown.
 * @param {string} script
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 */
async function runTool(script, args, env = {}) {
  const outcome = await run(process.execPath, [join(root, script), ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  })
  return exitCode(outcome)
}

/**
 * @template Report
 * @param {string} path
 * @param {(report: Report) => Counts} count
 */
function readReport(path, count) {
  try {
    return count(JSON.parse(readFileSync(path, 'utf8')))
  } catch (error) {
    say(`No report of the tests: ${error instanceof Error ? error.message : String(error)}`)
    return null
  }
}

/** @type {Counts} */
let sum = { passed: 0, failed: 1, skipped: 0 }
try {
  sum = await test()
} catch (error) {
  sayError(error)
}
if (sum.skipped > 0) process.stdout.write(`${sum.skipped} skipped\n`)
process.stdout.write(`${sum.passed} passed, ${sum.failed} failed\n`)
process.exitCode = sum.failed === 0 ? 0 : 1
