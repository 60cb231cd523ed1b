/** The engine's process is killed, and conversions are cancelled: each costs its own photo and nothing else. */
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import type { Conversion } from '../../src-main/contract/schemas.ts'
import { copySample, type SampleName } from './photos.ts'
import { Solstice } from './solstice.ts'

let solstice: Solstice

test.beforeEach(async () => {
  solstice = await Solstice.start()
})
test.afterEach(() => solstice.end())

/** Samples in full size, each of which keeps the engine busy for seconds. */
async function dropSamples(names: readonly SampleName[]): Promise<void> {
  const copies = names.map((name) => copySample(name, join(solstice.folder, 'photos', `${name}.jpg`)))
  await solstice.drop(await Promise.all(copies))
}

/** The photo that the engine is working on, once it is. */
async function photoInWork(): Promise<string> {
  const inEngine = async (): Promise<Conversion | undefined> =>
    (await solstice.conversions()).find(({ state, progress }) => state === 'running' && progress !== null)
  await expect.poll(inEngine, { intervals: [50] }).toBeDefined()
  const photoId = (await inEngine())?.photoId
  const photo = (await solstice.ask('library.list', {})).find(({ id }) => id === photoId)
  if (photo === undefined) throw new Error('The engine was done before it could be disturbed')
  return photo.name
}

const states = async (): Promise<string[]> =>
  (await solstice.conversions()).map(({ state }) => state).toSorted()

test('killed in mid-conversion: one photo fails, the other is done, and trying again succeeds', async () => {
  const { window } = solstice
  await dropSamples(['sunset', 'seeding'])
  await solstice.examined()
  await solstice.style().click()
  const victim = await photoInWork()
  const survivor = victim === 'sunset.jpg' ? 'seeding.jpg' : 'sunset.jpg'
  const pid = await solstice.enginePid()
  if (pid === null) throw new Error('There is no engine')
  process.kill(pid, 'SIGKILL')

  await expect(solstice.cell(victim)).toContainText('Not converted')
  await expect(window.getByText('The engine stopped and has been started again.')).toBeVisible()
  await expect(solstice.cell(survivor)).toContainText('Winter', { timeout: 60_000 })
  await expect(window.getByTestId('progress')).toHaveText('1 photo converted · 1 failed')
  expect(await solstice.enginePid()).not.toBe(pid)

  const room = await solstice.compare(victim)
  await expect(
    room.getByText(
      `The engine stopped while it worked on ${victim}. It has been started again; try once more.`,
    ),
  ).toBeVisible()
  await room.getByRole('button', { name: 'Try again' }).click()
  await expect(room.getByRole('img', { name: `${victim}, Winter` })).toBeVisible({ timeout: 60_000 })
  expect(await states()).toEqual(['done', 'done'])
})

test('cancelled in mid-photo: it stops, the next one is done, and it can be started again', async () => {
  await dropSamples(['sunset', 'seeding'])
  await solstice.style().click()
  const stopped = await photoInWork()
  const other = stopped === 'sunset.jpg' ? 'seeding.jpg' : 'sunset.jpg'
  await solstice.cell(stopped).getByRole('button', { name: 'Cancel' }).click()
  await expect(solstice.cell(other)).toContainText('Winter', { timeout: 60_000 })
  await expect(solstice.cell(stopped)).not.toContainText('Winter')
  await expect(solstice.window.getByTestId('progress')).toHaveText('1 photo converted')
  expect(await states()).toEqual(['cancelled', 'done'])
  await solstice.convert(stopped)
  expect(await states()).toEqual(['done', 'done'])
})

test('cancel all stops what runs and what waits', async () => {
  const { window } = solstice
  await dropSamples(['sunset', 'seeding', 'picosdeeuropa'])
  await solstice.style().click()
  await photoInWork()
  await window.getByRole('button', { name: 'Cancel all' }).click()
  await expect.poll(states).toEqual(['cancelled', 'cancelled', 'cancelled'])
  await expect(window.getByRole('button', { name: 'Cancel' })).toHaveCount(0)
  await expect(window.getByTestId('progress')).toHaveText('')
})

test('the window answers while the engine works', async () => {
  const { window } = solstice
  await dropSamples(['sunset'])
  await solstice.style().click()
  await photoInWork()
  await window.getByRole('button', { name: 'Settings' }).click()
  await expect(window.getByRole('dialog', { name: 'Settings' })).toBeVisible()
  await window.keyboard.press('Escape')
  const room = await solstice.compare('sunset.jpg')
  await expect(room.getByText('Converting')).toBeVisible()
  await room.getByRole('button', { name: 'Cancel' }).click()
  await expect.poll(states).toEqual(['cancelled'])
})
