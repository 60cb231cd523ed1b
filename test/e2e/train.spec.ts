/** A training in the window: two folders, a look at them, learning, a pause, a restart, a style, a conversion. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, type Locator } from '@playwright/test'
import type { RunState, TrainingRun } from '../../src-main/contract/training.ts'
import { writePictures } from '../integration/training-pictures.ts'
import { writeSmallPhoto } from './photos.ts'
import { drawn, placeOf, shownAt, spread } from './pixels.ts'
import { Solstice } from './solstice.ts'

let solstice: Solstice

test.beforeEach(async () => {
  solstice = await Solstice.start()
})
test.afterEach(() => solstice.end())

/** A segment's radio button lies unseen behind its label. */
const room = (name: 'Photos' | 'Train'): Promise<void> =>
  solstice.window.getByRole('radiogroup', { name: 'Room' }).locator('label', { hasText: name }).click()
const button = (name: string): Locator => solstice.window.getByRole('button', { name, exact: true })
const zone = (side: 'A' | 'B'): Locator => solstice.window.getByRole('group', { name: `Folder ${side}` })

async function runs(): Promise<TrainingRun[]> {
  return solstice.ask('training.list', {})
}

async function untilState(state: RunState, timeout = 90_000): Promise<TrainingRun> {
  await expect.poll(async () => (await runs())[0]?.state, { timeout }).toBe(state)
  return (await runs())[0]!
}

/** Waits until the run has done more steps than these. */
async function untilStep(step: number): Promise<void> {
  await expect.poll(async () => (await runs())[0]?.step ?? 0, { timeout: 90_000 }).toBeGreaterThan(step)
}

/** Chooses folder A in the system's dialog, and drops folder B. */
async function giveFolders(pictures = 10): Promise<void> {
  const a = await writePictures(join(solstice.folder, 'red'), 'a', pictures)
  const b = await writePictures(join(solstice.folder, 'blue'), 'b', pictures)
  await solstice.answerOpenDialog([a])
  await zone('A').getByRole('button', { name: 'Choose a folder' }).click()
  await expect(zone('A')).toContainText('red')
  const box = (await zone('B').boundingBox())!
  const letGo = await solstice.dragIn([b], { x: box.x + box.width / 2, y: box.y + 20 })
  await letGo()
  await expect(zone('B')).toContainText('blue')
}

/** Networks that are learnt in no time, by the advanced drawer as a user finds it. */
async function makeTiny(steps: number): Promise<void> {
  const { window } = solstice
  await window.getByText('Advanced', { exact: true }).click()
  const set = async (name: string, value: number): Promise<void> => {
    const input = window.getByRole('spinbutton', { name, exact: true })
    await input.fill(String(value))
    await input.press('Enter')
  }
  await set('ngf', 4)
  await set('Residual blocks', 1)
  await set('ndf', 4)
  await set('Crop size', 32)
  await set('Load size', 36)
  await set('Samples every', 50)
  await window.locator('[data-field=length]').getByRole('combobox').selectOption({ label: 'Steps' })
  await window.locator('[data-field=length]').getByRole('spinbutton').fill(String(steps))
  await window.locator('[data-field=length]').getByRole('spinbutton').press('Enter')
}

async function beginTiny(steps: number): Promise<void> {
  await room('Train')
  await giveFolders()
  await makeTiny(steps)
  await expect(button('Train')).toBeEnabled({ timeout: 60_000 })
  await button('Train').click()
}

test('the tiny task is trained, paused, gone on with after a restart, kept, and converted with', async () => {
  test.setTimeout(300_000)
  await beginTiny(500)
  await expect(solstice.window.getByRole('heading', { name: 'red – blue' })).toBeVisible()
  await untilStep(60)
  const { window } = solstice
  const curves = window.getByRole('group', { name: 'Cycle loss' }).locator('canvas')
  await curves.scrollIntoViewIfNeeded()
  await expect.poll(async () => spread(await shownAt(window, await placeOf(curves)))).toBeGreaterThan(2)
  for (const what of ['Photo', 'As “blue”', 'And back']) {
    const sample = window.getByRole('img', { name: `${what}, sample 1 of A` }).first()
    await sample.scrollIntoViewIfNeeded()
    await drawn(sample)
  }
  await button('Pause').click()
  await expect(button('Go on')).toBeVisible({ timeout: 60_000 })
  const paused = await untilState('paused')

  await solstice.restart()
  await room('Train')
  expect(await runs()).toEqual([paused])
  await button('Go on').click()
  await untilStep(paused.step)
  await untilState('done', 240_000)

  // It stopped after the first.
  const scrubber = solstice.window.getByRole('slider', { name: 'Samples after step' })
  await button('Play from the beginning').click()
  await expect(scrubber).toHaveAttribute('aria-valuetext', 'step 0')
  await expect(button('Play from the beginning')).toBeVisible({ timeout: 30_000 })
  await expect(scrubber).toHaveAttribute('aria-valuetext', 'step 500, the newest')

  await button('Keep as a style').click()
  const dialog = solstice.window.getByRole('dialog', { name: 'Keep as a style' })
  await dialog.getByLabel('Name of the style').fill('Colours')
  const strokes = dialog.getByText('The strokes of a painter are kept')
  await expect(strokes).toBeHidden()
  await dialog.getByLabel('Category').selectOption({ label: 'Painters' })
  await expect(strokes).toBeVisible()
  await dialog.getByRole('button', { name: 'Make the style' }).click()
  await dialog.getByRole('button', { name: 'Convert with it' }).click()
  await solstice.drop([await writeSmallPhoto(join(solstice.folder, 'photos', 'one.jpg'))])
  await solstice.convert('one.jpg', 'red → blue', 'blue')
})

test('a conversion is served while a training runs, and the training goes on', async () => {
  test.setTimeout(240_000)
  await beginTiny(100_000)
  await untilStep(10)
  await room('Photos')
  await solstice.drop([await writeSmallPhoto(join(solstice.folder, 'photos', 'one.jpg'))])
  await solstice.convert('one.jpg')
  const [run] = await runs()
  expect(run?.state).toBe('running')
  await untilStep(run!.step)
  await expect(solstice.window.getByTestId('training-hint')).toBeVisible()
})

test('a killed program finds its training again, and goes on with it', async () => {
  test.setTimeout(240_000)
  await beginTiny(100_000)
  await untilStep(20)
  await solstice.kill()
  await solstice.relaunch()
  await room('Train')
  await expect(solstice.window.getByText('Solstice ended while it trained.')).toBeVisible()
  await button('Go on').click()
  await untilState('running')
  await untilStep(5)
})

test('a training goes on without a window, and is there when one opens again', async () => {
  test.setTimeout(240_000)
  await beginTiny(100_000)
  await untilStep(5)
  await solstice.app.evaluate(({ dialog }) => {
    Object.assign(dialog, { showMessageBox: () => Promise.resolve({ response: 0 }) })
  })
  await solstice.closeWindow()
  await expect
    .poll(() => solstice.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length))
    .toBe(0)
  await solstice.openWindow()
  await untilState('running')
  const [run] = await runs()
  await untilStep(run!.step)
})

test('sharp does not mistake Electron’s GLib for its own: many pictures at once do not end the program', async () => {
  let said = ''
  solstice.app.process().stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  await room('Train')
  await giveFolders(150)
  await expect(zone('A')).toContainText('150 pictures', { timeout: 90_000 })
  expect(said).not.toContain('G_IS_OBJECT')
})

test('folders that cannot be trained on are told so, and the training does not begin', async () => {
  await room('Train')
  await expect(solstice.window.getByText('Choose both folders first.')).toBeVisible()
  await giveFolders(4)
  await expect(solstice.window.getByRole('img', { name: 'Must be changed' }).first()).toBeVisible({
    timeout: 60_000,
  })
  await expect(button('Train')).toBeDisabled()
  // What is mended in the file manager is seen when one looks again.
  await writePictures(join(solstice.folder, 'red'), 'a', 10)
  await writePictures(join(solstice.folder, 'blue'), 'b', 10)
  await button('Look again').click()
  await expect(button('Train')).toBeEnabled({ timeout: 60_000 })
  const empty = join(solstice.folder, 'empty')
  await mkdir(empty)
  await solstice.answerOpenDialog([empty])
  await zone('A').getByRole('button', { name: 'Choose another' }).click()
  await expect(zone('A')).toContainText('empty')
  await expect(solstice.window.getByRole('img', { name: 'Must be changed' }).first()).toBeVisible({
    timeout: 60_000,
  })
  await expect(button('Train')).toBeDisabled()
  expect(await runs()).toEqual([])
})
