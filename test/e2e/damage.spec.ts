/** Files that a failing disk has spoilt: each is set aside, told by name, and costs as little as it can. */
import { appendFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, type Locator } from '@playwright/test'
import { writeSmallPhoto } from './photos.ts'
import { Solstice } from './solstice.ts'

let solstice: Solstice

test.beforeEach(async () => {
  solstice = await Solstice.start()
})
test.afterEach(() => solstice.end())

const inData = (...names: string[]): string => join(solstice.dataFolder, ...names)
const notices = (): Locator => solstice.window.getByRole('status', { name: 'What happened' })

/** A good start takes the copy of the list, beside all else that it does. */
async function restartAndCopy(): Promise<void> {
  await solstice.restart()
  const copied = () => readFile(inData('library.json.previous'), 'utf8').catch(() => '')
  await expect.poll(copied).toBe(await readFile(inData('library.json'), 'utf8'))
}

/** Does something to the files while the program is not there. */
async function whileClosed(harm: () => Promise<void>): Promise<void> {
  await solstice.kill()
  await rm(inData('running.json'))
  await harm()
  await solstice.relaunch()
}

async function addPhotos(...names: readonly string[]): Promise<void> {
  const paths = names.map((name) => writeSmallPhoto(join(solstice.folder, 'photos', name)))
  await solstice.drop(await Promise.all(paths))
}

test('spoilt settings, presets, findings and window place are named, set aside and begun afresh', async () => {
  await whileClosed(async () => {
    for (const name of ['settings', 'export-presets', 'runtimes', 'window'])
      await writeFile(inData(`${name}.json`), '{"spoilt')
    await writeFile(inData('settings.json.damaged'), 'an older one')
  })
  await expect(notices()).toContainText(
    'The file with the settings was damaged and is kept as settings.json.damaged-2. Solstice begins afresh there.',
  )
  await expect(notices()).toContainText('The file with the export presets was damaged')
  await expect(notices()).toContainText('The file on what computes here was damaged')
  await expect(notices()).toContainText('The file on the window’s place was damaged')
  expect(await readFile(inData('settings.json.damaged'), 'utf8')).toBe('an older one')
  expect(await readFile(inData('settings.json.damaged-2'), 'utf8')).toBe('{"spoilt')

  // A window that is loaded anew tells it still; a new start does not.
  await solstice.window.reload()
  await expect(notices()).toContainText('settings.json.damaged-2')
  await solstice.restart()
  await expect(solstice.window.getByText('Drop photos or folders here')).toBeVisible()
  await expect(notices()).toBeEmpty()
})

for (const [how, harm] of [
  [
    'cut short',
    async () => writeFile(inData('library.json'), (await readFile(inData('library.json'))).subarray(0, -9)),
  ],
  ['emptied', () => writeFile(inData('library.json'), '')],
  ['deleted', () => rm(inData('library.json'))],
] as const)
  test(`a list of photos that is ${how} comes back with all photos and results`, async () => {
    await addPhotos('one.jpg', 'two.png')
    await solstice.convert('one.jpg')
    await restartAndCopy()
    await expect(solstice.cell('one.jpg')).toContainText('Winter')
    const shelf = await solstice.ask('library.list', {})
    const conversions = await solstice.conversions()
    await whileClosed(harm)
    await expect(notices()).toContainText('It was put together again from its last copy')
    await expect(solstice.cell('one.jpg')).toContainText('Winter')
    expect(await solstice.ask('library.list', {})).toEqual(shelf)
    expect(await solstice.conversions()).toEqual(conversions)
    await solstice.restart()
    expect(await solstice.ask('library.list', {})).toEqual(shelf)
    await expect(notices()).toBeEmpty()
  })

test('photos that came after the last copy are found in what is left of a spoilt list', async () => {
  await addPhotos('one.jpg')
  await restartAndCopy()
  await addPhotos('two.png')
  await solstice.convert('two.png')
  await solstice.kill()
  await rm(inData('running.json'))
  const text = await readFile(inData('library.json'), 'utf8')
  await writeFile(inData('library.json'), text.replace('"photos": [', '"photos": ]'))
  await solstice.relaunch()
  await expect(solstice.cell('one.jpg')).toBeVisible()
  await expect(solstice.cell('two.png')).toContainText('Winter')
})

test('a spoilt result, export and training are counted and kept, and the others are there', async () => {
  await addPhotos('one.jpg', 'two.png')
  await solstice.convert('one.jpg')
  await solstice.convert('two.png')
  const [result] = await solstice.conversions()
  if (result === undefined) throw new Error('There is no result')
  const [run, batch] = ['run-that-is-spoilt', 'batch-that-is-spoilt']
  await whileClosed(async () => {
    await appendFile(inData('results', result.id, 'record.json'), '}')
    for (const [room, id, name] of [
      ['runs', run, 'run.json'],
      ['exports', batch, 'batch.json'],
    ] as const) {
      await mkdir(inData(room, id), { recursive: true })
      await writeFile(inData(room, id, name), '{"format":')
    }
  })
  await expect(notices()).toContainText('1 result could not be read, and kept aside.')
  await expect(notices()).toContainText('1 export could not be read, and kept aside.')
  await expect(notices()).toContainText('1 training could not be read: the description is damaged.')
  await expect(solstice.cell('two.png')).toContainText('Winter')
  await expect(solstice.cell('one.jpg')).not.toContainText('Winter')
  expect(await readdir(inData('results'))).toContain(`${result.id}.damaged`)
  expect(await readdir(inData('exports', `${batch}.damaged`))).toEqual(['batch.json'])
  expect(await readdir(inData('runs', run))).toEqual(['run.json.damaged'])

  await solstice.app.evaluate(({ shell }) => {
    Object.assign(shell, { showItemInFolder: (path: string) => Object.assign(globalThis, { shown: path }) })
  })
  const training = notices().getByText('1 training').locator('..')
  await training.getByRole('button', { name: 'Show the file' }).click()
  await expect
    .poll(() => solstice.app.evaluate(() => Reflect.get(globalThis, 'shown') as string))
    .toBe(inData('runs', run, 'run.json.damaged'))

  await solstice.convert('one.jpg')
  await solstice.restart()
  await expect(solstice.cell('one.jpg')).toContainText('Winter')
  await expect(notices()).toBeEmpty()
})
