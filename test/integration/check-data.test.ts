/** `solstice check-data` as users run it: the built program in a process of its own. */
import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from './built.ts'
import { runTerminal, type TerminalRun } from './run-terminal.ts'

const sample = join(root, 'samples/sunset.jpg')
let folder: string

/** Cuts of a photo, each of another place, so that no two of them look alike. */
async function cuts(name: string, count: number, bright: number): Promise<void> {
  await mkdir(join(folder, name), { recursive: true })
  const { width, height } = await sharp(sample).metadata()
  for (let i = 0; i < count; i++) {
    const left = Math.floor(((i % 4) * (width - 200)) / 4)
    const top = Math.floor((Math.floor(i / 4) * (height - 160)) / 3)
    await sharp(sample)
      .extract({ left, top, width: 200, height: 160 })
      .rotate(bright > 1 ? 90 : 0)
      .linear(bright, 0)
      .toFile(join(folder, name, `${i}.jpg`))
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'solstice-check-data-'))
  await cuts('a', 12, 1)
  await cuts('b', 12, 1.4)
  await writeFile(join(folder, 'b/broken.jpg'), 'no picture')
  await copyFile(join(folder, 'a/0.jpg'), join(folder, 'b/stray.jpg'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const checkData = (...args: string[]): Promise<TerminalRun> => runTerminal(folder, ['check-data', ...args])

const sizes = ['--load', '160', '--crop', '128']

describe('solstice check-data', () => {
  it('prints one object with both folders and the findings, each with its sentence', async () => {
    const run = await checkData('--a', 'a', '--b', 'b', ...sizes, '--json')
    expect(run.code).toBe(0)
    const report = JSON.parse(run.stdout) as { a: object; b: object; findings: Record<string, unknown>[] }
    expect(report.a).toMatchObject({ folder: join(folder, 'a'), pictures: 12, usable: 12 })
    expect(report.b).toMatchObject({ folder: join(folder, 'b'), pictures: 14, usable: 13 })
    const of = (kind: string) => report.findings.find((finding) => finding['kind'] === kind)
    expect(of('unreadable')).toMatchObject({
      severity: 'warn',
      side: 'b',
      count: 1,
      files: [{ name: 'broken.jpg', code: 'not-a-picture', message: 'broken.jpg is not a picture.' }],
      message: 'Folder B: 1 of 14 pictures cannot be read.',
    })
    expect(of('in-both-folders')).toMatchObject({
      files: [{ side: 'a', name: '0.jpg', twin: { side: 'b', name: 'stray.jpg' } }],
    })
    expect(await readdir(join(folder, 'data/training-cache'))).toHaveLength(25)
  })

  it('says the same in words', async () => {
    const run = await checkData('--a', 'a', '--b', 'b', ...sizes)
    expect(run.code).toBe(0)
    expect(run.stdout).toMatch(/^A {2}.*: 12 pictures, 12 usable, 12 different/)
    expect(run.stdout).toContain('    0.jpg, like stray.jpg of B')
    expect(run.stdout).toContain('    broken.jpg is not a picture.')
    expect(run.stdout).toMatch(/WARNING {2}Folder A has 12 pictures to learn from/)
  })

  it('ends with 1 where training makes no sense', async () => {
    const run = await checkData('--a', 'a', '--b', 'a', ...sizes)
    expect(run.code).toBe(1)
    expect(run.stdout).toContain('STOP')
  })

  it.each([
    ['a folder that is not there', ['--a', 'a', '--b', 'nowhere']],
    ['a file for a folder', ['--a', 'a', '--b', 'b/0.jpg']],
    ['one folder alone', ['--a', 'a']],
    ['a crop larger than the pictures', ['--a', 'a', '--b', 'b', '--crop', '512']],
    ['a size that is no number', ['--a', 'a', '--b', 'b', '--load', 'big']],
    ['a scaling that is not known', ['--a', 'a', '--b', 'b', '--scale', 'height']],
  ])('ends with 2 for %s', async (_what, args) => {
    const run = await checkData(...args)
    expect(run.code).toBe(2)
    expect(run.stdout).toBe('')
    expect(run.stderr).not.toBe('')
    expect(run.stderr).not.toMatch(/\n\s+at /)
  })

  it('shows examples in its help', async () => {
    const run = await checkData('--help')
    expect(run.code).toBe(0)
    expect(run.stdout).toMatch(/Examples?:\n {2}solstice check-data/)
  })
})
