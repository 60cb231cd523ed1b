/** Children of the build scripts: their ends, and that nothing outlives an interrupt. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { exitCode, launch, run, stop } from './processes.mjs'

const node = (script: string) => ['-e', script] as const

describe('run', () => {
  it('collects what a process prints, and its code', async () => {
    const outcome = await run(
      process.execPath,
      node("console.log('out'); console.error('err'); process.exit(3)"),
    )
    expect(outcome).toEqual({ code: 3, signal: null, stdout: 'out\n', stderr: 'err\n' })
  })

  it('tells of a command that is not there', async () => {
    const outcome = await run('no-such-command-here', [])
    expect(outcome.code).toBe(127)
    expect(outcome.stderr).toContain('ENOENT')
  })
})

describe('exitCode', () => {
  it('speaks as a shell does', () => {
    expect(exitCode({ code: 2, signal: null })).toBe(2)
    expect(exitCode({ code: null, signal: 'SIGKILL' })).toBe(137)
  })
})

describe.skipIf(process.platform === 'win32')('ends (process groups, not on Windows)', () => {
  /** Prints the id of a child of its own that heeds no signal, then waits. */
  const parent = `
    const { spawn } = require('child_process')
    const child = spawn(process.execPath, ['-e', "process.on('SIGINT', () => {}); process.on('SIGTERM', () => {}); console.log('up'); setInterval(() => {}, 1000)"])
    child.stdout.once('data', () => console.log(child.pid))
    setInterval(() => {}, 1000)`

  it('stop() ends what the process started, too', async () => {
    const child = launch(process.execPath, node(parent), { stdio: ['ignore', 'pipe', 'inherit'] })
    const grandchild = await firstNumber(child)
    await stop(child)
    await gone(grandchild)
  })

  it('an interrupt of the script ends its children and exits as a shell expects', async () => {
    const script = `
      const { launch } = await import(${JSON.stringify(join(import.meta.dirname, 'processes.mjs'))})
      launch(process.execPath, ['-e', ${JSON.stringify(parent)}], { stdio: ['ignore', 'inherit', 'inherit'] })`
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const grandchild = await firstNumber(child)
    child.kill('SIGINT')
    const [code] = (await once(child, 'exit')) as [number | null]
    expect(code).toBe(130)
    await gone(grandchild)
  })
})

async function firstNumber(child: ReturnType<typeof launch>): Promise<number> {
  if (!child.stdout) throw new Error('no output')
  const [text] = (await once(child.stdout, 'data')) as [Buffer]
  return Number(text.toString().trim())
}

/** Resolves once the process exists no more (its body may be collected a moment after its death). */
async function gone(pid: number): Promise<void> {
  await expect.poll(() => isAlive(pid), { timeout: 5_000 }).toBe(false)
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
