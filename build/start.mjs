/**
 * `npm start`: sets up what is missing, builds, opens the app. Without a display it converts the sample photos in the
 * terminal instead. `-- --window` opens the app in a virtual display, `-- --retry-electron` tries a download again
 * that had failed; all other arguments are the app's.
 */
import { rmSync } from 'node:fs'
import { join, relative } from 'node:path'

import { ensureBuild } from './setup/bundle.mjs'
import { ensureDependencies } from './setup/dependencies.mjs'
import { hasDisplay, openVirtualDisplay } from './setup/display.mjs'
import { electronArguments, ensureElectron } from './setup/electron.mjs'
import { ensureLibraries } from './setup/libraries.mjs'
import { root } from './setup/paths.mjs'
import { exitCode, run } from './setup/processes.mjs'
import { saySandbox } from './setup/sandbox.mjs'
import { say, sayError } from './setup/say.mjs'

/** @import { Electron } from './setup/electron.mjs' */

const switches = ['--window', '--retry-electron']

/** @param {readonly string[]} args */
async function start(args) {
  const visible = hasDisplay()
  const windowed = visible || args.includes('--window')
  await ensureDependencies(root)
  const electron = await findElectron(args.includes('--retry-electron'), windowed)
  await ensureLibraries(electron?.executable ?? null, { virtualDisplay: !visible })
  await ensureBuild(root)
  if (!electron || !windowed) {
    say('There is no display, so the sample photos are converted here. For the window: npm start -- --window')
    return convertSamples()
  }
  const appArguments = args.filter((arg) => !switches.includes(arg))
  if (visible) return openApp(electron, appArguments, process.env)
  const { display, close } = await openVirtualDisplay()
  say(`Opening the app in the virtual display ${display}. To end it: Ctrl-C`)
  try {
    // Chromium's complaints there, about a missing GPU and a missing D-Bus, tell the user nothing.
    const quiet = ['--log-level=3']
    return await openApp(electron, appArguments, { ...process.env, DISPLAY: display }, quiet)
  } finally {
    await close()
  }
}

/**
 * Electron; in a terminal the photos can be converted without it, so there its absence is only told.
 * @param {boolean} retry
 * @param {boolean} needed
 */
async function findElectron(retry, needed) {
  try {
    return await ensureElectron({ retry })
  } catch (error) {
    if (needed) throw error
    sayError(error)
    return null
  }
}

/**
 * Runs the app until it is closed.
 * @param {Electron} electron
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @param {readonly string[]} [chromium] its switches; they stand before the app
 */
async function openApp(electron, args, env, chromium = []) {
  saySandbox(electron.executable)
  const all = [...electronArguments(electron, env), ...chromium, root, ...args]
  // Photos are named from where the user is; npm starts its scripts elsewhere.
  const cwd = env['INIT_CWD'] ?? process.cwd()
  return exitCode(await run(electron.executable, all, { cwd, env, stdio: ['ignore', 'inherit', 'inherit'] }))
}

async function convertSamples() {
  const folder = join(root, 'out/samples')
  rmSync(folder, { recursive: true, force: true })
  const cli = join(root, 'out/main/cli.js')
  const args = [cli, 'convert', join(root, 'samples'), '--model', 'summer-winter', '--out', folder, '--json']
  const outcome = await run(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  if (outcome.stdout !== '') {
    /** @type {{ converted: { output: string, seconds: number }[] }} */
    const { converted } = JSON.parse(outcome.stdout)
    const here = process.env['INIT_CWD'] ?? process.cwd()
    for (const { output, seconds } of converted) {
      process.stdout.write(`${relative(here, output)}  (${seconds.toFixed(1)} s)\n`)
    }
  }
  return exitCode(outcome)
}

try {
  process.exitCode = await start(process.argv.slice(2))
} catch (error) {
  sayError(error)
  process.exitCode = 1
}
