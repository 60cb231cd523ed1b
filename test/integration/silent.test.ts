/** What the program leaves behind for others to read or to send: nothing. */
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { root } from './built.ts'
import { runTerminal } from './run-terminal.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'solstice-silent-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

it('ONNX Runtime keeps no record of what it did, and no identifier of the device', async () => {
  const home = join(folder, 'home')
  await mkdir(home)
  const { code } = await runTerminal(
    folder,
    ['convert', join(root, 'samples/sunset.jpg'), '--model', 'summer-winter', '--size', '96', '--out', 'out'],
    // As on a user's machine: where tests run, ONNX Runtime is silent by itself.
    { HOME: home, USERPROFILE: home, XDG_CACHE_HOME: '', CI: '', ORT_DISABLE_TELEMETRY: undefined },
  )
  expect(code).toBe(0)
  expect(await readdir(home, { recursive: true })).toEqual([])
})
