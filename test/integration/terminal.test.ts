/** The command line as users run it: the built program in a process of its own. */
import { spawn } from 'node:child_process'
import {
  chmod,
  copyFile,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RuntimeReport } from '../../src-main/contract/runtimes.ts'
import { runtimesFor } from '../../src-main/runtimes/machine.ts'
import { cliFile, root } from './built.ts'
import { run } from './run-process.ts'
import { environmentIn, runTerminal, type TerminalRun } from './run-terminal.ts'

const sample = join(root, 'samples/sunset.jpg')
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'solstice-terminal-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const solstice = (...args: string[]): Promise<TerminalRun> => runTerminal(folder, [...args])

/** The built program in a folder of its own, and what of its root is named, by links. */
async function copyOfProgram(names: readonly string[]): Promise<string> {
  const program = join(folder, 'program')
  await cp(join(root, 'out/main'), join(program, 'out/main'), { recursive: true })
  for (const name of names) await symlink(join(root, name), join(program, name))
  return program
}

async function expectNoMetadata(program: string): Promise<void> {
  const args = [join(program, 'out/main/cli.js'), 'convert', sample, ...convertArgs]
  expect(await run(process.execPath, args, folder, environmentIn(folder))).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('could not be carried over') as string,
  })
}

const convertArgs = ['--model', 'summer-winter', '--out', 'out', '--size', '96', '--json']

describe('solstice convert', () => {
  it('converts photos and folders, names what failed, and goes on', async () => {
    await mkdir(join(folder, 'in/deep'), { recursive: true })
    await copyFile(sample, join(folder, 'in/a.jpg'))
    await sharp({ create: { width: 40, height: 30, channels: 4, background: '#0808' } })
      .png()
      .toFile(join(folder, 'in/deep/b.png'))
    await writeFile(join(folder, 'in/broken.jpg'), 'no picture')
    const run = await solstice('convert', 'in', 'nowhere.jpg', '--recursive', ...convertArgs)
    expect(run.code).toBe(1)
    const report = JSON.parse(run.stdout) as { converted: object[]; failed: object[] }
    expect(report.converted).toEqual([
      {
        input: join(folder, 'in/a.jpg'),
        output: join(folder, 'out/a-winter.jpg'),
        style: 'summer-winter',
        direction: 'AtoB',
        width: 96,
        height: 64,
        seconds: expect.any(Number) as number,
      },
      expect.objectContaining({ output: join(folder, 'out/deep/b-winter.png'), width: 40, height: 30 }),
    ])
    expect(report.failed).toEqual([
      {
        input: join(folder, 'in/broken.jpg'),
        code: 'not-a-picture',
        message: expect.stringMatching(/^broken\.jpg is not a picture\./) as string,
      },
      expect.objectContaining({ input: join(folder, 'nowhere.jpg'), code: 'file-not-found' }),
    ])
    expect(run.stderr).toContain('broken.jpg is not a picture.')
    expect(run.stderr).not.toMatch(/\n\s+at /)
    const { channels } = await sharp(join(folder, 'out/deep/b-winter.png')).metadata()
    expect(channels).toBe(4)
  })

  it('changes the picture, in proportion to the strength', async () => {
    const mean = async (name: string): Promise<number> => {
      const photo = sharp(sample).resize(96, 64, { fit: 'fill' }).removeAlpha().raw().toBuffer()
      const result = sharp(join(folder, name)).removeAlpha().raw().toBuffer()
      const [a, b] = await Promise.all([photo, result])
      return a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / a.length
    }
    for (const strength of ['0', '0.5', '1']) {
      const args = ['--strength', strength, '--format', 'png', '--out', `at-${strength}`]
      const run = await solstice('convert', sample, ...convertArgs, ...args)
      expect(run.code).toBe(0)
    }
    const [none, half, full] = await Promise.all(
      ['0', '0.5', '1'].map((s) => mean(`at-${s}/sunset-winter.png`)),
    )
    expect(none).toBeLessThan(3)
    expect(full).toBeGreaterThan(10)
    expect(half).toBeGreaterThan(0.4 * full!)
    expect(half).toBeLessThan(0.6 * full! + 3)
  })

  it('never writes over a file, its own results included', async () => {
    await copyFile(sample, join(folder, 'a.jpg'))
    const before = await readFile(join(folder, 'a.jpg'))
    for (let i = 0; i < 2; i++)
      expect((await solstice('convert', 'a.jpg', ...convertArgs, '--out', '.')).code).toBe(0)
    expect((await readdir(folder)).filter((name) => name.endsWith('.jpg')).toSorted()).toEqual([
      'a-winter-2.jpg',
      'a-winter.jpg',
      'a.jpg',
    ])
    expect(await readFile(join(folder, 'a.jpg'))).toEqual(before)
  })

  it.each([
    ['an unknown option', ['convert', 'a.jpg', '--model', 'summer-winter', '--out', 'out', '--frobnicate']],
    ['no model', ['convert', 'a.jpg', '--out', 'out']],
    ['an unknown model', ['convert', 'a.jpg', '--model', 'no-such-style', '--out', 'out']],
    [
      'a strength beyond 1',
      ['convert', 'a.jpg', '--model', 'summer-winter', '--out', 'out', '--strength', '1.5'],
    ],
    [
      'a size that is no number',
      ['convert', 'a.jpg', '--model', 'summer-winter', '--out', 'out', '--size', 'big'],
    ],
    [
      'an unknown format',
      ['convert', 'a.jpg', '--model', 'summer-winter', '--out', 'out', '--format', 'bmp'],
    ],
    [
      'an empty input, most likely an unset variable',
      ['convert', '', '--model', 'summer-winter', '--out', 'out'],
    ],
    ['an empty output folder', ['convert', 'a.jpg', '--model', 'summer-winter', '--out', '']],
    ['an id that is none', ['models', 'import', 'a.pth', '--id', 'My Winter', '--name', 'x']],
    ['an unknown command', ['convrt']],
    ['no command', []],
  ])('ends with 2 for %s', async (_what, args) => {
    const run = await solstice(...args)
    expect(run.code).toBe(2)
    expect(run.stdout).toBe('')
    expect(run.stderr).not.toBe('')
  })

  it('shows examples in the help of every command', async () => {
    for (const command of [['convert'], ['cycle'], ['models'], ['doctor']]) {
      const run = await solstice(...command, '--help')
      expect(run.code).toBe(0)
      expect(run.stdout).toMatch(/Examples?:\n {2}solstice /)
    }
  })

  it('does not convert its own results when they lie within the input', async () => {
    await mkdir(join(folder, 'in'))
    await copyFile(sample, join(folder, 'in/a.jpg'))
    for (let i = 0; i < 2; i++)
      await solstice('convert', 'in', '--recursive', ...convertArgs, '--out', 'in/winter')
    expect((await readdir(join(folder, 'in'))).toSorted()).toEqual(['a.jpg', 'winter'])
    expect((await readdir(join(folder, 'in/winter'))).toSorted()).toEqual(['a-winter-2.jpg', 'a-winter.jpg'])
  })

  // They were left aside, and the files came out by the old settings.
  it('refuses settings beside --resume', async () => {
    for (const flag of [['--format', 'png'], ['--metadata', 'none'], ['--no-note'], ['--recursive']]) {
      const run = await solstice('convert', '--resume', ...flag)
      expect([run.code, run.stdout]).toEqual([2, ''])
      expect(run.stderr).toContain('--resume goes on with what was begun')
    }
  })

  it('says before any work that it cannot write there', async () => {
    await writeFile(join(folder, 'taken'), '')
    const run = await solstice('convert', sample, ...convertArgs, '--out', 'taken')
    expect(run.code).toBe(1)
    expect(JSON.parse(run.stdout)).toEqual({ converted: [], failed: [], skipped: [] })
    expect(run.stderr).toContain('taken cannot be written.')
    // Nothing came of it, so there is nothing to go on with.
    expect((await solstice('convert', '--resume')).stderr).toContain('no unfinished export')
  })

  // Its library tries for ever, and the photo was waited for as long. Windows has no configuration.
  it.skipIf(process.platform === 'win32').each([
    ['complains', null],
    ['dies before it answers', 'sleep 1; exit 3;'],
  ])('does without metadata where exiftool %s at its start', async (_how, configuration) => {
    const program = await copyOfProgram(['models', 'node_modules', 'package.json', 'samples'])
    if (configuration !== null) {
      await mkdir(join(program, 'build/exiftool'), { recursive: true })
      await writeFile(join(program, 'build/exiftool/config.pl'), configuration)
    }
    await expectNoMetadata(program)
  })

  // It ended the whole program.
  it.skipIf(process.platform === 'win32')(
    'does without metadata where exiftool cannot be executed',
    async () => {
      const program = await copyOfProgram(['build', 'models', 'package.json', 'samples'])
      const [installed, modules] = [join(root, 'node_modules'), join(program, 'node_modules')]
      await mkdir(modules)
      for (const name of await readdir(installed)) {
        // By a link it would find the one that can be executed.
        const isOwn = name.startsWith('exiftool-vendored')
        if (isOwn)
          await cp(join(installed, name), join(modules, name), { recursive: true, dereference: true })
        else await symlink(join(installed, name), join(modules, name))
      }
      await chmod(join(modules, 'exiftool-vendored.pl/bin/exiftool'), 0o644)
      await expectNoMetadata(program)
    },
  )

  it.each([
    { words: ['models', 'list'], left: 'stdout', code: 0 },
    { words: ['convert', '--help'], left: 'stdout', code: 0 },
    { words: ['convert', '--nonsense'], left: 'stderr', code: 2 },
  ] as const)('ends quietly when the reader of $left has left: $words', async ({ words, left, code }) => {
    const child = spawn(process.execPath, [cliFile, ...words], { stdio: ['ignore', 'pipe', 'pipe'] })
    child[left].destroy()
    let told = ''
    const other = left === 'stdout' ? child.stderr : child.stdout
    other.setEncoding('utf8').on('data', (text: string) => (told += text))
    const ended = await new Promise<number | null>((resolve) => child.on('close', resolve))
    expect([told, ended]).toEqual(['', code])
  })

  it('stops at Ctrl-C and leaves only whole files', async () => {
    await mkdir(join(folder, 'in'))
    for (let i = 0; i < 40; i++) await copyFile(sample, join(folder, `in/${String(i).padStart(2, '0')}.jpg`))
    const child = spawn(
      process.execPath,
      [cliFile, 'convert', 'in', '--model', 'summer-winter', '--out', 'out', '--size', '128'],
      {
        cwd: folder,
        env: { ...process.env, SOLSTICE_DATA: join(folder, 'data') },
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    )
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
    child.stdout.once('data', () => child.kill('SIGINT'))
    expect(await ended).toBe(130)
    const written = await readdir(join(folder, 'out'))
    expect(written.length).toBeGreaterThan(0)
    expect(written.length).toBeLessThan(40)
    for (const name of written) {
      expect(name).toMatch(/^\d\d-winter\.jpg$/)
      await sharp(join(folder, 'out', name), { failOn: 'warning' })
        .raw()
        .toBuffer()
    }
  })
})

describe('solstice cycle', () => {
  it('writes the three pictures and prints the measures', async () => {
    const run = await solstice(
      'cycle',
      sample,
      '--model',
      'summer-winter',
      '--out',
      'out',
      '--size',
      '128',
      '--json',
    )
    expect(run.code).toBe(0)
    const report = JSON.parse(run.stdout) as Record<string, unknown>
    expect(report).toEqual({
      translated: join(folder, 'out/sunset-winter.png'),
      reconstructed: join(folder, 'out/sunset-reconstructed.png'),
      difference: join(folder, 'out/sunset-difference.png'),
      l1: expect.any(Number) as number,
      psnr: expect.any(Number) as number,
      ssim: expect.any(Number) as number,
    })
    // The way back of a trained cycle is near x, though not exact.
    expect(report['l1']).toBeLessThan(0.15)
    expect(report['psnr']).toBeGreaterThan(12)
    for (const key of ['translated', 'reconstructed', 'difference']) {
      expect(await sharp(report[key] as string).metadata()).toMatchObject({ width: 128, format: 'png' })
    }
  })
})

describe('solstice models', () => {
  it('lists what ships, imports a model, converts with it, exports it and removes it', async () => {
    const list = await solstice('models', 'list')
    expect(list.stdout).toMatch(/^summer-winter\tSummer.*AtoB: Summer → Winter, BtoA: Winter → Summer$/m)

    const imported = await solstice(
      'models',
      'import',
      join(root, 'models/summer-winter'),
      '--id',
      'mine',
      '--name',
      'Mine',
    )
    expect(imported).toMatchObject({ code: 0 })
    const again = await solstice(
      'models',
      'import',
      join(root, 'models/summer-winter'),
      '--id',
      'mine',
      '--name',
      'Mine',
    )
    expect(again.code).toBe(1)
    expect(again.stderr).toContain('exists already')

    const card = JSON.parse((await solstice('models', 'show', 'mine')).stdout) as { id: string }
    expect(card.id).toBe('mine')
    expect((await solstice('convert', sample, ...convertArgs, '--model', 'mine')).code).toBe(0)

    const exported = await solstice(
      'models',
      'export-onnx',
      'mine',
      '--direction',
      'AtoB',
      '--out',
      'mine.onnx',
    )
    expect(exported.stdout.trim()).toBe(join(folder, 'mine.onnx'))
    expect((await readFile(join(folder, 'mine.onnx'))).length).toBeGreaterThan(1_000_000)

    expect((await solstice('models', 'remove', 'mine')).code).toBe(0)
    expect((await solstice('models', 'show', 'mine')).code).toBe(2)
    const builtIn = await solstice('models', 'remove', 'summer-winter')
    expect(builtIn.code).toBe(1)
    expect(builtIn.stderr).toContain('belongs to Solstice')
  })
})

describe('--runtime', () => {
  it('takes none that is not there, and none that does not compute right here', async () => {
    const unknown = await solstice('convert', sample, ...convertArgs, '--runtime', 'abacus')
    expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('Allowed choices are')])
    // What another system has, this one has not.
    const elsewhere = process.platform === 'win32' ? 'onnxruntime-coreml' : 'onnxruntime-directml'
    const unfit = await solstice('convert', sample, ...convertArgs, '--runtime', elsewhere)
    expect([unfit.code, unfit.stderr]).toEqual([
      2,
      expect.stringContaining(`${elsewhere} cannot be used on this computer.`),
    ])
    const right = await solstice('convert', sample, ...convertArgs, '--runtime', 'onnxruntime-cpu')
    expect(right.code).toBe(0)
  })
})

describe('solstice doctor', () => {
  it('passes its self-test and says where things are kept', async () => {
    const run = await solstice('doctor', '--json')
    expect(run.code).toBe(0)
    const report = JSON.parse(run.stdout) as {
      runtimes: readonly RuntimeReport[]
      folders: { data: string }
    }
    const names = report.runtimes.map(({ name }) => name)
    expect(names).toEqual(runtimesFor())
    expect(report.runtimes[0]).toMatchObject({
      name: 'onnxruntime-cpu',
      translation: { outcome: 'right', seconds: expect.any(Number) as number },
      training: { outcome: 'right', seconds: expect.any(Number) as number },
    })
    for (const { translation } of report.runtimes)
      expect(translation?.outcome === 'right' || translation?.reason).toBeTruthy()
    expect(report.folders.data).toBe(join(folder, 'data'))
    expect((await solstice('doctor')).stdout).toMatch(/translation +right/)
  })
})
