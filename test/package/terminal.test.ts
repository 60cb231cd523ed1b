/** The terminal's commands in the packaged program, on a machine without a display. */
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exiftool } from 'exiftool-vendored'
import { afterAll, afterEach, beforeEach, expect, it } from 'vitest'
import { writePictures } from '../integration/training-pictures.ts'
import { resources, runRelease } from './release.ts'

const samples = join(resources, 'app.asar.unpacked/samples')
const realPhotos = join(import.meta.dirname, '../../../shared/photos')
const heic = join(realPhotos, 'iphone.heic')
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'solstice-package-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))
afterAll(() => exiftool.end())

const convert = (...args: string[]) =>
  runRelease(folder, ['convert', '--model', 'summer-winter', '--out', join(folder, 'out'), '--json', ...args])

it('converts the sample photos, and says in the pictures what was done', async () => {
  const { code, stdout } = await convert(samples)
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ failed: [], converted: [{}, {}, {}] })
  const [first = ''] = await readdir(join(folder, 'out'))
  const { CreatorTool } = await exiftool.read(join(folder, 'out', first))
  expect(CreatorTool).toContain('Solstice')
})

it.skipIf(!existsSync(heic))('reads HEIC, native and guided (skipped without ../shared/photos)', async () => {
  const { code, stdout } = await convert(heic, '--size', '256')
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ failed: [], converted: [{}] })
})

it('ends as in plain Node: 2 for a wrong command line, 1 where a photo failed', async () => {
  expect((await convert('--no-such-option')).code).toBe(2)
  const { code, stdout } = await convert(join(folder, 'none.jpg'))
  expect(code).toBe(1)
  expect(JSON.parse(stdout)).toMatchObject({ converted: [], failed: [{}] })
})

it('takes arguments that look like addresses', async () => {
  const { code, stdout } = await convert('http://nowhere.example/a.jpg', '--strength', '0.5')
  expect(code).toBe(1)
  expect(JSON.parse(stdout)).toMatchObject({ failed: [{}] })
})

it('finds all of its libraries', async () => {
  const { code, stdout } = await runRelease(folder, ['doctor', '--json'])
  expect(code).toBe(0)
  const { photoLibraries } = JSON.parse(stdout) as { photoLibraries: { version: string | null }[] }
  expect(photoLibraries.length).toBeGreaterThan(3)
  expect(photoLibraries.filter(({ version }) => version === null)).toEqual([])
})

it('trains a style, keeps it, and converts with it', async () => {
  const a = await writePictures(join(folder, 'a'), 'a', 10)
  const b = await writePictures(join(folder, 'b'), 'b', 10)
  const run = join(folder, 'run')
  const size = ['--load', '36', '--crop', '32', '--ngf', '4', '--ndf', '4', '--blocks', '1']
  const trained = await runRelease(folder, [
    'train',
    '--a',
    a,
    '--b',
    b,
    '--out',
    run,
    '--steps',
    '4',
    ...size,
  ])
  expect(trained.stderr + String(trained.code)).toMatch(/0$/)
  const kept = await runRelease(folder, ['train', 'keep', run, '--id', 'mine', '--name', 'Mine'])
  expect(kept.stderr + String(kept.code)).toMatch(/0$/)
  const { code } = await runRelease(folder, [
    'convert',
    samples,
    '--model',
    'mine',
    '--size',
    '64',
    '--out',
    'mine',
  ])
  expect(code).toBe(0)
  expect(await readdir(join(folder, 'mine'))).toHaveLength(3)
})

it('leaves nothing behind in the temporary folder', async () => {
  const temporary = join(folder, 'tmp')
  await mkdir(temporary)
  await runRelease(folder, ['models', 'list'], { TMPDIR: temporary })
  expect(await readdir(temporary)).toEqual([])
})
