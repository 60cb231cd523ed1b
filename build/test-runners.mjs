/** Runs the two test runners, with their output shown, and reads what they counted. */
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { countPlaywright, countVitest } from './results.mjs'
import { root } from './setup/paths.mjs'
import { exitCode, run } from './setup/processes.mjs'
import { say, sayError } from './setup/say.mjs'

/** @import { Counts } from './results.mjs' */

const reports = join(root, 'out/test-results')

/** @param {NodeJS.ProcessEnv} [env] */
export async function runVitest(env = {}) {
  const report = freshReport('vitest.json')
  say('\nUnit and golden tests')
  const code = await runTool(
    'node_modules/vitest/vitest.mjs',
    ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    env,
  )
  return { name: 'Vitest', code, counts: readReport(report, countVitest) }
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {readonly string[]} [args]
 */
export async function runPlaywright(env, args = []) {
  const report = freshReport('playwright.json')
  say('\nTests of the app in Electron')
  const code = await runTool(
    'node_modules/@playwright/test/cli.js',
    ['test', '--reporter=list,json', ...args],
    { ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: report },
  )
  return { name: 'Playwright', code, counts: readReport(report, countPlaywright) }
}

/** @param {string} name */
function freshReport(name) {
  mkdirSync(reports, { recursive: true })
  rmSync(join(reports, name), { force: true })
  return join(reports, name)
}

/**
 * @param {string} script
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 */
async function runTool(script, args, env) {
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

/**
 * Runs the tests; what failed is named once more at the end, the last line tells their sum, and the exit code whether all is well.
 * @param {() => Promise<Counts>} test
 */
export async function reportSum(test) {
  /** @type {Counts} */
  let sum = { passed: 0, failed: 1, skipped: 0, failures: [] }
  try {
    sum = await test()
  } catch (error) {
    sayError(error)
  }
  if (sum.failures.length > 0) say(`\nFailed:\n${sum.failures.map((failure) => `  ${failure}\n`).join('')}`)
  if (sum.skipped > 0) process.stdout.write(`${sum.skipped} skipped\n`)
  process.stdout.write(`${sum.passed} passed, ${sum.failed} failed\n`)
  process.exitCode = sum.failed === 0 ? 0 : 1
}
