/** What computes: shown and chosen in the settings, and replaced when it fails in the real app. */
import { readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, type Locator } from '@playwright/test'
import type { RuntimeReport } from '../../src-main/contract/runtimes.ts'
import { expectAccessible } from './accessible.ts'
import { writeSmallPhoto } from './photos.ts'
import { Solstice } from './solstice.ts'

let solstice: Solstice

test.beforeEach(async () => {
  solstice = await Solstice.start()
})
test.afterEach(() => solstice.end())

async function openSettings(): Promise<Locator> {
  await solstice.window.getByRole('button', { name: 'Settings' }).click()
  return solstice.window.getByRole('dialog', { name: 'Settings' })
}

test('the settings tell what there is, try it again, and keep what was chosen', async () => {
  const dialog = await openSettings()
  const row = dialog.getByRole('row', { name: /^Processor/ })
  await dialog.getByRole('button', { name: 'Try all again' }).click()
  await expect(dialog.getByRole('button', { name: 'Trying…' })).toBeDisabled()
  await expect(dialog.getByRole('button', { name: 'Try all again' })).toBeEnabled({ timeout: 90_000 })
  await expect(row.getByRole('cell')).toHaveText([/\d (?:ms|s)$/, /\d (?:ms|s)$/])
  await expectAccessible(solstice)

  const choice = dialog.getByLabel('Computed by')
  await expect(choice).toHaveValue('automatic')
  await choice.selectOption('Processor')
  await expect.poll(async () => (await solstice.ask('runtimes.get', {})).pinned).toBe('onnxruntime-cpu')
  await solstice.restart()
  await expect((await openSettings()).getByLabel('Computed by')).toHaveValue('onnxruntime-cpu')
})

test('a photo whose device fails is computed by the processor, and the window says so', async () => {
  test.skip(process.platform !== 'linux', 'only Vulkan can be told to find no card')
  await solstice.end()
  // The loader of drivers finds none, whatever the machine has.
  const none = join(tmpdir(), 'no-driver.json')
  solstice = await Solstice.start(undefined, { VK_ICD_FILENAMES: none, VK_DRIVER_FILES: none })
  await solstice.examined()
  // As if a card had been there when it was examined, and is gone.
  await solstice.restart()
  const file = join(solstice.dataFolder, 'runtimes.json')
  const findings = JSON.parse(await readFile(file, 'utf8')) as { reports: RuntimeReport[] }
  const right = { outcome: 'right' as const, difference: 0, seconds: 0.001, reason: null }
  findings.reports = findings.reports.map((report) =>
    report.name === 'onnxruntime-webgpu' ? { ...report, version: '1', translation: right } : report,
  )
  await solstice.kill()
  await writeFile(file, JSON.stringify(findings))
  await solstice.relaunch()
  await expect
    .poll(async () => (await solstice.ask('runtimes.get', {})).chosen.translation)
    .toBe('onnxruntime-webgpu')

  await solstice.drop([await writeSmallPhoto(join(solstice.folder, 'photos', 'field.jpg'))])
  await solstice.convert('field.jpg')
  await expect(
    solstice.window.getByText(
      'The graphics card (WebGPU) failed. The processor goes on with the work; nothing is lost.',
    ),
  ).toBeVisible()
  await expect(solstice.cell('field.jpg')).toContainText('Winter')
  // It is left out until it is tried again.
  const dialog = await openSettings()
  await expect(dialog.getByRole('row', { name: /^Graphics card \(WebGPU\)/ })).toContainText('failed at work')
})
