/** A batch of `solstice convert` killed at any moment, or stopped by its disk: it goes on, with no photo lost or made twice. */
import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { below, randomAt } from '../../src-main/engine/random.ts'
import { runTerminal } from './run-terminal.ts'
import { gone, killProcess, RunningTerminal } from './running-terminal.ts'

const photos = 240
const [width, height] = [36, 28]
const flags = ['--model', 'summer-winter', '--format', 'png', '--recursive', '--json']

let home: string
const running: RunningTerminal[] = []
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'solstice-batch-'))
  for (let index = 0; index < photos; index++) await writePhoto(join(home, 'in', nameOf(index)), index)
})
afterAll(async () => {
  for (const terminal of running) terminal.kill('SIGKILL')
  await rm(home, { recursive: true, force: true })
})

/** In three folders, so that each has results of its own. */
const nameOf = (index: number): string =>
  join(['', 'sea', 'sea/evening'][index % 3] ?? '', `${String(index).padStart(3, '0')}.png`)

async function writePhoto(path: string, seed: number): Promise<void> {
  const uniform = randomAt(seed, 'samples', 0)
  const ground = [0, 1, 2].map(() => 40 + below(170, uniform))
  const raw = Uint8Array.from(
    { length: width * height * 3 },
    (_, i) => (ground[i % 3] ?? 0) + below(40, uniform),
  )
  await mkdir(dirname(path), { recursive: true })
  await sharp(raw, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(path)
}

/** All files below, hidden ones too, relative. */
async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .toSorted()
}

const resultOf = (name: string): string => name.replace(/\.png$/, '-winter.png')

/** Resolves when so many files lie below the folder, or the command has ended. */
async function filled(folder: string, count: number, terminal: RunningTerminal): Promise<void> {
  const over = terminal.ended.then(() => true)
  while ((await filesIn(folder)).length < count) if (await Promise.race([over, wait(5, false)])) return
}

function start(...args: readonly string[]): RunningTerminal {
  const terminal = new RunningTerminal(home, ['convert', ...args])
  running.push(terminal)
  return terminal
}

describe('a batch that is killed', () => {
  it('at random moments until it is done has every result once, each as if nothing had happened', async () => {
    const undisturbed = await runTerminal(home, ['convert', 'in', '--out', 'whole', ...flags])
    expect([undisturbed.code, undisturbed.stderr]).toEqual([0, expect.any(String)])

    const out = join(home, 'out')
    const uniform = randomAt(11, 'samples', 0)
    let kills = 0
    for (let args = ['in', '--out', 'out', ...flags]; ; args = ['--resume', '--json']) {
      const terminal = start(...args)
      const before = (await filesIn(out)).length
      await filled(out, before + 1 + below(25, uniform), terminal)
      await wait(20 * uniform())
      const [engine] = await terminal.engines()
      terminal.kill('SIGKILL')
      const { signal, code, stderr } = await terminal.ended
      // Its engine ends with it; what is left of it must not compute into the next run.
      if (engine !== undefined) killProcess(engine)
      if (signal === null) {
        expect([code, stderr]).toEqual([0, expect.any(String)])
        break
      }
      kills++
    }
    expect(kills).toBeGreaterThan(10)
    const names = Array.from({ length: photos }, (_, index) => resultOf(nameOf(index))).toSorted()
    // No second result of a photo, no temporary file.
    expect(await filesIn(out)).toEqual(names)
    for (const name of names) {
      const [disturbed, whole] = await Promise.all(
        ['out', 'whole'].map((folder) =>
          sharp(join(home, folder, name))
            .raw()
            .toBuffer(),
        ),
      )
      expect(disturbed!.equals(whole!), name).toBe(true)
    }
    // Nothing is left to be gone on with.
    const again = await runTerminal(home, ['convert', '--resume'])
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('no unfinished export')])
  })

  it('leaves no process behind, exiftool included', async () => {
    const terminal = start('in', '--out', 'alone', ...flags)
    await filled(join(home, 'alone'), 5, terminal)
    const children = await terminal.children()
    expect(children.length).toBeGreaterThanOrEqual(2)
    terminal.kill('SIGKILL')
    for (const child of children) await gone(child)
    await rm(join(home, 'data/exports'), { recursive: true })
  })

  it('with its engine alone goes on by itself', async () => {
    const terminal = start('in', '--out', 'engine', ...flags)
    await filled(join(home, 'engine'), 20, terminal)
    for (const engine of await terminal.engines()) killProcess(engine)
    const { code, stdout } = await terminal.ended
    expect(code).toBe(0)
    expect((JSON.parse(stdout) as { converted: object[] }).converted.length).toBe(photos)
    expect((await filesIn(join(home, 'engine'))).length).toBe(photos)
  })

  it('by Ctrl-C says how to go on, and goes on', async () => {
    const terminal = start('in', '--out', 'interrupted', ...flags)
    await filled(join(home, 'interrupted'), 30, terminal)
    terminal.kill('SIGINT')
    const { code, stderr } = await terminal.ended
    expect(code).toBe(130)
    expect(stderr).toContain('--resume')
    const resumed = await runTerminal(home, ['convert', '--resume', '--out', 'interrupted'])
    expect(resumed.code).toBe(0)
    expect((await filesIn(join(home, 'interrupted'))).length).toBe(photos)
  })
})

describe('a batch whose disk', () => {
  it('is full stops with the reason, and goes on when there is room', async ({ skip }) => {
    const disk = join(home, 'disk')
    await mkdir(disk)
    const mounted = await attempt('mount', ['-t', 'tmpfs', '-o', 'size=300k', 'tmpfs', disk])
    if (mounted !== null) skip(`No disk can be mounted here: ${mounted}`)
    try {
      const stopped = await runTerminal(home, ['convert', 'in', '--out', 'disk', ...flags])
      expect([stopped.code, stopped.stderr]).toEqual([1, expect.stringContaining('The disk is full')])
      const made = await filesIn(disk)
      expect(made.length).toBeGreaterThan(5)
      expect(made.length).toBeLessThan(photos)
      expect(made.filter((name) => name.includes('.solstice'))).toEqual([])
      expect(await attempt('mount', ['-o', 'remount,size=20m', disk])).toBeNull()
      const resumed = await runTerminal(home, ['convert', '--resume', '--json'])
      expect(resumed.code).toBe(0)
      expect((await filesIn(disk)).length).toBe(photos)
    } finally {
      await attempt('umount', [disk])
    }
  })

  it('is read-only says so before anything is computed', async ({ skip }) => {
    const disk = join(home, 'read-only')
    await mkdir(disk)
    const mounted = await attempt('mount', ['-t', 'tmpfs', '-o', 'ro', 'tmpfs', disk])
    if (mounted !== null) skip(`No disk can be mounted here: ${mounted}`)
    try {
      const run = await runTerminal(home, ['convert', 'in', '--out', 'read-only', ...flags])
      expect(run.code).toBe(1)
      expect(run.stderr).toMatch(/read-only cannot be written.*read-only/)
      expect((JSON.parse(run.stdout) as { converted: object[] }).converted).toEqual([])
    } finally {
      await attempt('umount', [disk])
    }
  })
})

describe('a photo that fails', () => {
  it('is named and tried again by --resume, and the others are not made again', async () => {
    const folder = join(home, 'mended')
    for (const index of [0, 3, 6]) await writePhoto(join(folder, nameOf(index)), index)
    const broken = join(folder, nameOf(3))
    const sound = await readFile(broken)
    await writeFile(broken, sound.subarray(0, 100))
    const first = await runTerminal(home, ['convert', 'mended', '--out', 'mended-out', ...flags])
    expect(first.code).toBe(1)
    expect(first.stderr).toContain('003.png')
    const made = join(home, 'mended-out', resultOf(nameOf(0)))
    const before = await stat(made)

    await writeFile(broken, sound)
    const second = await runTerminal(home, ['convert', '--resume', '--json'])
    expect(second.code).toBe(0)
    const { converted } = JSON.parse(second.stdout) as { converted: { input: string }[] }
    expect(converted.map(({ input }) => input)).toEqual([broken])
    expect((await stat(made)).mtimeMs).toBe(before.mtimeMs)
    expect((await filesIn(join(home, 'mended-out'))).length).toBe(3)
  })

  it('because a folder in its way cannot be written does not stop the others', async ({ skip }) => {
    if (process.getuid?.() === 0) skip('root may write anywhere')
    const out = join(home, 'locked-out')
    await mkdir(join(out, 'sea'), { recursive: true })
    await chmod(join(out, 'sea'), 0o500)
    const run = await runTerminal(home, ['convert', 'in', '--out', 'locked-out', ...flags])
    expect(run.code).toBe(1)
    expect((await filesIn(out)).length).toBe(photos / 3)
  })
})

async function attempt(program: string, args: readonly string[]): Promise<string | null> {
  return promisify(execFile)(program, [...args]).then(
    () => null,
    (thrown: unknown) => String(thrown),
  )
}
