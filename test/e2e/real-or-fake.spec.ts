/** The test real or fake in the window: from a style's card to a result that is saved, by keyboard, in both themes. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, type Locator } from '@playwright/test'
import axeCore from 'axe-core'
import sharp from 'sharp'
import { samplePath } from './photos.ts'
import { Solstice } from './solstice.ts'

const trials = 30

let solstice: Solstice

test.beforeEach(async () => {
  solstice = await Solstice.start()
})
test.afterEach(() => solstice.end())

const button = (name: string): Locator => solstice.window.getByRole('button', { name, exact: true })
const folder = (name: string): Locator => solstice.window.getByRole('group', { name, exact: true })
const room = (): Locator => solstice.window.getByRole('region', { name: 'Real or fake?' })

/** Cuts of a photo, each of another place. */
async function cuts(name: string, sample: 'seeding' | 'sunset', count: number): Promise<string> {
  const path = join(solstice.folder, name)
  const { width, height } = await sharp(samplePath(sample)).metadata()
  await mkdir(path)
  for (let i = 0; i < count; i++) {
    const left = Math.floor(((i % 4) * (width - 600)) / 4)
    const top = Math.floor((Math.floor(i / 4) * (height - 600)) / 4)
    const cut = sharp(samplePath(sample)).extract({ left, top, width: 600, height: 600 }).resize(128)
    await cut.toFile(join(path, `${i}.jpg`))
  }
  return path
}

async function expectAccessible(): Promise<void> {
  const { window } = solstice
  for (const theme of ['light', 'dark'] as const) {
    await solstice.ask('settings.set', { theme })
    await expect(window.locator('html')).toHaveAttribute('data-theme', theme)
    await window.evaluate(axeCore.source)
    const violations = await window.evaluate(async () => {
      await Promise.allSettled(document.getAnimations().map((animation) => animation.finished))
      const found = await globalThis.axe.run(document)
      return found.violations.map(({ id, nodes }) => ({ id, at: nodes.map(({ html }) => html) }))
    })
    expect(violations, theme).toEqual([])
  }
}

async function choose(kind: string, path: string): Promise<void> {
  await solstice.answerOpenDialog([path])
  await folder(kind)
    .getByRole('button', { name: /folder$/ })
    .click()
}

async function drop(kind: string, path: string): Promise<void> {
  const box = (await folder(kind).boundingBox())!
  const letGo = await solstice.dragIn([path], { x: box.x + box.width / 2, y: box.y + 20 })
  await letGo()
}

async function look(name: string): Promise<void> {
  await solstice.window.screenshot({ path: test.info().outputPath(`${name}.png`), scale: 'css' })
}

/** Opens the room from the style's card, chooses one folder, drops the other, and prepares a short round. */
async function prepare(): Promise<void> {
  await button('About Summer and winter').click()
  await solstice.window.getByRole('dialog').getByRole('button', { name: 'Real or fake?' }).click()
  await expect(room()).toBeVisible()
  await expect(button('Prepare the test')).toBeDisabled()
  await choose('Pictures to translate', await cuts('summer', 'seeding', 16))
  await drop('Real pictures', await cuts('winter', 'sunset', 16))
  await expect(folder('Real pictures')).toContainText('winter')
  await room().getByRole('radiogroup', { name: 'Pictures in the round' }).locator('label').first().click()
}

test('a round is answered by keyboard, its result saved and found again', async () => {
  test.setTimeout(240_000)
  const { window } = solstice
  await prepare()
  await look('new')
  await expectAccessible()
  await button('Prepare the test').press('Enter')
  await expect(room().getByText('The pictures are ready')).toBeVisible({ timeout: 90_000 })
  await look('ready')
  await expectAccessible()

  await expect(button('Begin')).toBeFocused()
  await window.keyboard.press('Enter')
  const status = room().locator('header').getByRole('status')
  for (let trial = 1; trial <= trials; trial++) {
    await expect(status).toHaveText(`Picture ${trial} of ${trials} · ${trial <= 10 ? 'Practice' : 'Counts'}`)
    const picture = room().getByRole('img', { name: `Picture ${trial} of ${trials}` })
    const question = room().getByText('Was it real or fake?')
    await expect(picture.or(question)).toBeVisible()
    if (trial === 1) {
      await look('picture')
      await expect(question).toBeVisible()
      await expect(room().locator('img')).toHaveCount(0)
      await look('question')
      await expectAccessible()
    }
    if (trial === 12) {
      // Answers that count are not thrown away by one click.
      await button('Leave the test').click()
      await window
        .getByRole('dialog', { name: 'Leave the test' })
        .getByRole('button', { name: 'Stay' })
        .click()
    }
    await window.keyboard.press(['r', 'ArrowRight', 'ArrowLeft', 'f'][trial % 4]!)
    if (trial > 10) continue
    await expect(room().getByText(/^(Right|Wrong)\. It was/)).toBeVisible()
    if (trial === 1 || trial === 10) await look(`told-${trial}`)
    if (trial === 1) await expectAccessible()
    if (trial === 10) await expect(room().getByText('The practice is over.')).toBeVisible()
    await expect(button('Next picture')).toBeFocused()
    await window.keyboard.press('Enter')
  }
  await expect(room().getByText(/of 10 · 95% confidence/)).toHaveCount(2)
  await look('outcome')
  await expectAccessible()

  const target = join(solstice.folder, 'result.json')
  await writeFile(target, 'mine')
  await solstice.answerSaveDialog(target)
  await button('Save as JSON').click()
  await expect(window.getByText('result-2.json saved')).toBeVisible()
  expect(await solstice.proposedPath()).toMatch(/real-or-fake-summer-winter-\d{4}-\d\d-\d\d\.json$/)
  expect(await readFile(target, 'utf8')).toBe('mine')
  const saved = JSON.parse(await readFile(join(solstice.folder, 'result-2.json'), 'utf8')) as {
    translated: { asked: number }
    answers: { practice: boolean; answer: string }[]
  }
  expect(saved.translated.asked).toBe(10)
  expect(saved.answers).toHaveLength(trials)
  expect(saved.answers.filter(({ answer }) => answer === 'real')).toHaveLength(15)
  await solstice.answerSaveDialog(join(solstice.folder, 'answers.csv'))
  await button('Save as CSV').click()
  await expect(window.getByText('answers.csv saved')).toBeVisible()

  await solstice.restart()
  await solstice.ask('settings.set', { locale: 'ru' })
  const after = solstice.window
  await after.getByRole('radiogroup', { name: 'Раздел' }).locator('label', { hasText: 'Тест' }).click()
  await after.getByRole('button', { name: /Лето → Зима/ }).click()
  await expect(after.getByText(/из 10 · доверительный интервал 95/)).toHaveCount(2)
  await look('outcome-ru')
  await button('Удалить').click()
  await after.getByRole('dialog').getByRole('button', { name: 'Удалить' }).click()
  await expect(after.getByText('Тестов пока не было.')).toBeVisible()
  await look('new-ru')
  expect(await readdir(join(solstice.dataFolder, 'evaluations'))).toEqual([])
})

test('a test can be left while it is prepared and while it asks', async () => {
  const { window } = solstice
  await prepare()
  await button('Prepare the test').click()
  await expect(room().getByRole('progressbar', { name: 'Preparing the pictures' })).toBeVisible()
  await look('preparing')
  await button('Cancel').click()
  await expect(button('Prepare the test')).toBeEnabled()

  await button('Prepare the test').click()
  await button('Begin').click({ timeout: 90_000 })
  await expect(room().getByText('Was it real or fake?')).toBeVisible()
  // Who goes elsewhere and comes back does not see the picture again.
  const rooms = window.getByRole('radiogroup', { name: 'Room' })
  await rooms.locator('label', { hasText: 'Photos' }).click()
  await rooms.locator('label', { hasText: 'Test' }).click()
  await expect(room().getByText('Was it real or fake?')).toBeVisible()
  await button('Leave the test').click()
  await expect(button('Prepare the test')).toBeEnabled()
  await expect(window.getByText('No test so far.')).toBeVisible()

  // A folder in which there is too little says so.
  await writeFile(join(solstice.folder, 'winter/0.jpg'), 'no picture')
  await writeFile(join(solstice.folder, 'winter/1.jpg'), 'no picture')
  await button('Prepare the test').click()
  await expect(room().getByRole('alert')).toContainText('too few pictures in winter')
  await look('failed')
})
