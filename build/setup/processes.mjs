/**
 * Child processes of the build scripts. Each leads a process group of its own, so that it can be ended with all that
 * it started; an interrupt ends them in the reverse order of their start, then this process.
 */
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'

/** @import { ChildProcess, SpawnOptions } from 'node:child_process' */
/** @typedef {{ code: number | null, signal: NodeJS.Signals | null, stdout: string, stderr: string }} Outcome */

const GRACE_MS = 5_000
/** Process groups exist only there; elsewhere the child alone is signalled. */
const groups = process.platform !== 'win32'
/** @type {Set<ChildProcess>} */
const running = new Set()

/** @type {readonly NodeJS.Signals[]} */
const endings = ['SIGINT', 'SIGTERM', 'SIGHUP']
let interrupted = false

/**
 * Starts a process that does not outlive this one.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {SpawnOptions} [options]
 */
export function launch(command, args, options = {}) {
  if (running.size === 0) listen()
  const child = spawn(command, args, { detached: groups, ...options })
  running.add(child)
  const forget = () => {
    running.delete(child)
    if (running.size === 0 && !interrupted) unlisten()
  }
  child.once('exit', forget)
  child.once('error', forget)
  return child
}

/**
 * Runs a process to its end. Piped output is collected; `onOutput` sees it as it comes. A command that cannot be
 * started is an outcome with code 127 and the reason in `stderr`.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {SpawnOptions & { onOutput?: (text: string) => void }} [options]
 * @returns {Promise<Outcome>}
 */
export function run(command, args, options = {}) {
  const { onOutput, ...spawnOptions } = options
  const child = launch(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...spawnOptions })
  let stdout = ''
  let stderr = ''
  child.stdout?.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
    stdout += text
    onOutput?.(text)
  })
  child.stderr?.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
    stderr += text
    onOutput?.(text)
  })
  return new Promise((resolve) => {
    child.once('error', (error) => {
      resolve({ code: 127, signal: null, stdout, stderr: `${stderr}${error.message}` })
    })
    child.once('close', (code, signal) => {
      resolve({ code, signal, stdout, stderr })
    })
  })
}

/**
 * Ends a process and all that it started: the signal, five seconds, then SIGKILL.
 * @param {ChildProcess} child
 * @param {NodeJS.Signals} [signal]
 */
export async function stop(child, signal = 'SIGTERM') {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = new Promise((resolve) => child.once('exit', resolve))
    signalAll(child, signal)
    const waiting = new AbortController()
    await Promise.race([ended, sleep(GRACE_MS, undefined, { signal: waiting.signal }).catch(() => undefined)])
    waiting.abort()
  }
  signalAll(child, 'SIGKILL')
}

/**
 * The exit code by which a shell tells how a process ended.
 * @param {{ code: number | null, signal: NodeJS.Signals | null }} outcome
 */
export function exitCode({ code, signal }) {
  return signal === null ? (code ?? 1) : 128 + constants.signals[signal]
}

/**
 * @param {ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
function signalAll(child, signal) {
  if (child.pid === undefined) return
  try {
    if (groups) process.kill(-child.pid, signal)
    else child.kill(signal)
  } catch {
    // It ended in the meantime.
  }
}

/** @param {NodeJS.Signals} signal */
function interrupt(signal) {
  if (interrupted) return
  interrupted = true
  void endAll(signal).finally(() => process.exit(128 + constants.signals[signal]))
}

/** @param {NodeJS.Signals} signal */
async function endAll(signal) {
  for (const child of [...running].reverse()) await stop(child, signal)
}

function killAll() {
  for (const child of running) signalAll(child, 'SIGKILL')
}

function listen() {
  for (const signal of endings) process.on(signal, interrupt)
  process.on('exit', killAll)
}

function unlisten() {
  for (const signal of endings) process.off(signal, interrupt)
  process.off('exit', killAll)
}
