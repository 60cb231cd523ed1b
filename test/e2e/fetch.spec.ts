/** Styles fetched from a server: got, stopped, gone on with after a restart, refused, imported by hand. */
import { stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, type Locator } from '@playwright/test'
import { FileServer, ProxyServer } from '../../src-main/models/fetch/testing/file-server.ts'
import {
  checkpointOf,
  smallCheckpoint,
  writeCatalogue,
} from '../../src-main/models/fetch/testing/small-style.ts'
import { expectAccessible } from './accessible.ts'
import { writeSmallPhoto } from './photos.ts'
import { Solstice } from './solstice.ts'

test.describe.configure({ mode: 'serial' })

const half = 60_000
const photo = 'field.jpg'

let server: FileServer
let solstice: Solstice

test.beforeAll(async ({}, info) => {
  server = await new FileServer(smallCheckpoint()).listen()
  const catalogue = await writeCatalogue(info.outputPath('catalogue.json'), server.address, [{}, {}])
  solstice = await Solstice.start(undefined, { SOLSTICE_CATALOGUE: catalogue })
  await solstice.drop([await writeSmallPhoto(join(solstice.folder, 'photos', photo))])
})
test.afterAll(async () => {
  await solstice.end()
  await server.close()
})

async function open(): Promise<Locator> {
  await solstice.window.getByRole('button', { name: 'More styles' }).click()
  return solstice.window.getByRole('dialog', { name: 'More styles' })
}

const part = (): Promise<number> => {
  const file = join(solstice.dataFolder, 'downloads', 'small0_style', 'small0_style.pth.part')
  return stat(file).then(
    ({ size }) => size,
    () => 0,
  )
}

test('nothing is asked of a server before Get is pressed', async () => {
  const dialog = await open()
  const card = dialog.getByRole('article', { name: 'Small 0' })
  await expect(card).toContainText('Photo → Small 0')
  await expect(card).toContainText('Research')
  await card.getByText('Licence and file').click()
  await expect(card).toContainText('For research.')
  await expect(card).toContainText(server.address)
  await expect(card).toContainText('The connection to this server is not encrypted')
  await expectAccessible(solstice)
  expect(server.asked).toEqual([])
})

test('a fetch shows how far it is, can be stopped, and goes on after a restart', async () => {
  const dialog = solstice.window.getByRole('dialog', { name: 'More styles' })
  server.options = { holdAfter: half }
  await dialog.getByRole('button', { name: 'Get: Small 0' }).focus()
  await solstice.window.keyboard.press('Enter')
  await expect.poll(part).toBe(half)
  await expect(dialog.getByRole('progressbar', { name: 'Small 0: how much has come' })).toBeVisible()
  await expectAccessible(solstice)
  await dialog.getByRole('button', { name: 'Cancel: Small 0' }).click()
  await expect(dialog.getByText(/^Stopped: 0\.1 of/)).toBeVisible()
  await expectAccessible(solstice)

  await solstice.restart()
  server.options = {}
  const after = await open()
  await expect(after.getByText(/^Stopped: 0\.1 of/)).toBeVisible()
  await after.getByRole('button', { name: 'Go on: Small 0' }).click()
  await expect(after.getByRole('article', { name: 'Small 0' })).toContainText('On the left')
  expect(server.asked.map(({ range }) => range)).toEqual([undefined, `bytes=${half}-`])
  await solstice.window.keyboard.press('Escape')
  await solstice.convert(photo, 'Photo → Small 0', 'Small 0')
})

test('a failure is told where it was asked, with the address and another way', async () => {
  const dialog = await open()
  const card = dialog.getByRole('article', { name: 'Small 1' })
  server.file = checkpointOf({ ngf: 4, blocks: 2 })
  server.options = {
    instead: (_, response) => {
      response.writeHead(503).end()
      return true
    },
  }
  await card.getByRole('button', { name: 'Get: Small 1' }).click()
  await expect(card.getByRole('alert')).toContainText('its server is out of reach')
  await expectAccessible(solstice)
  await card.getByRole('button', { name: 'Copy the address: Small 1' }).click()
  await expect(card.getByText('Copied')).toBeVisible()
  expect(await solstice.app.evaluate(({ clipboard }) => clipboard.readText())).toBe(server.address)

  const path = join(solstice.folder, 'mine.pth')
  await writeFile(path, checkpointOf({ ngf: 4, blocks: 2 }))
  await solstice.answerOpenDialog([path])
  await card.getByRole('button', { name: 'Import a file instead: Small 1' }).click()
  await expect(card.getByRole('alert')).toContainText('mine.pth')
  await writeFile(path, smallCheckpoint(2))
  await card.getByRole('button', { name: 'Import a file instead: Small 1' }).click()
  await expect(card).toContainText('On the left')
  await solstice.window.keyboard.press('Escape')
  await expect(solstice.style('Photo → Small 1')).toBeVisible()
})

test('a style that was removed can be fetched again', async () => {
  const { window } = solstice
  await window.getByRole('button', { name: 'About Small 1' }).click()
  const about = window.getByRole('dialog', { name: 'Small 1' })
  await about.getByRole('button', { name: 'Remove this style' }).click()
  await about.getByRole('button', { name: 'Remove', exact: true }).click()
  const dialog = await open()
  await expect(dialog.getByRole('button', { name: 'Get: Small 1' })).toBeVisible()
})

test('a fetch goes through the proxy that the system names', async () => {
  const proxy = await new ProxyServer().listen()
  await solstice.app.evaluate(
    ({ session }, proxyRules) =>
      session.defaultSession.setProxy({ proxyRules, proxyBypassRules: '<-loopback>' }),
    new URL(proxy.origin).host,
  )
  server.file = smallCheckpoint()
  server.options = {}
  const dialog = solstice.window.getByRole('dialog', { name: 'More styles' })
  await dialog.getByRole('button', { name: 'Get: Small 1' }).click()
  await expect(dialog.getByRole('article', { name: 'Small 1' })).toContainText('On the left')
  expect(proxy.asked.map(({ url }) => url)).toEqual([server.address])
  await proxy.close()
})
