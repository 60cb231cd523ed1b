/** Which Electron, with which switches; and a download that does not come to an end. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { downloadElectron, messageOf } from './electron-download.mjs'
import { electronArguments } from './electron.mjs'
import { cacheFolder } from './paths.mjs'
import { sandboxBlocked } from './sandbox.mjs'

describe.runIf(process.platform === 'linux')('electronArguments', () => {
  const ordinary = { executable: '/electron', version: '45.4.1', ordinary: true }
  const substitute = { ...ordinary, ordinary: false }

  it('turns the sandbox off for root only', () => {
    expect(electronArguments(ordinary, { DISPLAY: ':1' }, true)).toEqual(['--no-sandbox'])
    expect(electronArguments(ordinary, { DISPLAY: ':1' }, false)).toEqual([])
  })

  it('points the older Electron to Wayland where there is no X', () => {
    expect(electronArguments(substitute, { WAYLAND_DISPLAY: 'wayland-0' }, false)).toEqual([
      '--ozone-platform-hint=auto',
    ])
    expect(electronArguments(substitute, { WAYLAND_DISPLAY: 'wayland-0', DISPLAY: ':0' }, false)).toEqual([])
  })
})

describe('sandboxBlocked', () => {
  const helper = { uid: 1000, mode: 0o100755 }

  it('is true where namespaces are refused and the helper lacks its bit', () => {
    expect(sandboxBlocked({ root: false, namespacesRefused: true, helper })).toBe(true)
    expect(sandboxBlocked({ root: false, namespacesRefused: true, helper: { uid: 0, mode: 0o104755 } })).toBe(
      false,
    )
    expect(sandboxBlocked({ root: false, namespacesRefused: false, helper })).toBe(false)
    expect(sandboxBlocked({ root: true, namespacesRefused: true, helper })).toBe(false)
  })
})

describe('cacheFolder', () => {
  it('follows SOLSTICE_CACHE, then the system', () => {
    expect(cacheFolder({ SOLSTICE_CACHE: '/mine', XDG_CACHE_HOME: '/xdg' }, 'linux')).toBe('/mine')
    expect(cacheFolder({ XDG_CACHE_HOME: '/xdg' }, 'linux')).toBe('/xdg/solstice')
    expect(cacheFolder({}, 'linux')).toMatch(/\/\.cache\/solstice$/)
    expect(cacheFolder({}, 'darwin')).toMatch(/\/Library\/Caches\/solstice$/)
  })
})

describe('downloadElectron', () => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'solstice-electron-'))
    vi.stubEnv('SOLSTICE_CACHE', join(folder, 'cache'))
    mkdirSync(join(folder, 'electron'))
  })
  afterEach(() => {
    vi.unstubAllEnvs()
    rmSync(folder, { recursive: true })
  })
  const download = (script: string, stallMs = 60_000) => {
    writeFileSync(join(folder, 'electron/install.js'), script)
    return downloadElectron(join(folder, 'electron'), '0.0.0', { stallMs, limitMs: 60_000 })
  }

  it('is in place when the script ends well', async () => {
    expect(await download("require('fs').writeFileSync(__dirname + '/done', '')")).toBeNull()
    expect(existsSync(join(folder, 'electron/done'))).toBe(true)
  })

  it('tells why the script failed', async () => {
    expect(await download("console.error(new Error('404').stack); process.exit(1)")).toBe('404')
  })

  it('ends one that gets nothing, and leaves nothing behind', async () => {
    expect(await download('setInterval(() => {}, 1000)', 600)).toBe('nothing arrived for 0.6 s')
    expect(readdirSync(join(folder, 'cache'))).toEqual([])
  })

  it('waits for one that gets something, however slowly', async () => {
    const script = `
      const fs = require('fs'), file = require('os').tmpdir() + '/part'
      let times = 0
      const timer = setInterval(() => { fs.appendFileSync(file, 'x'); if (++times === 24) clearInterval(timer) }, 150)`
    expect(await download(script, 3_000)).toBeNull()
  })
})

describe('messageOf', () => {
  it("takes the message from a stack, and puts Node's words for no connection into ours", () => {
    expect(messageOf('TypeError: fetch failed\n    at node:internal')).toBe('its host is out of reach')
    expect(messageOf('\nHTTPError: Response code 404 (Not Found)\n  at x')).toBe(
      'Response code 404 (Not Found)',
    )
    expect(messageOf('')).toBe('no reason given')
  })
})
