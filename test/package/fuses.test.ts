/** How the packaged program is closed: what its fuses say, and what they do. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { version } from '../../package.json'
import { release, runRelease } from './release.ts'

/** The states of a fuse: '1' and '0' in the executable. */
const [on, off] = [0x31, 0x30]

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'solstice-package-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

it('has the fuses of a release', async () => {
  const wire = await getCurrentFuseWire(release)
  expect({
    runAsNode: wire[FuseV1Options.RunAsNode],
    cookieEncryption: wire[FuseV1Options.EnableCookieEncryption],
    nodeOptions: wire[FuseV1Options.EnableNodeOptionsEnvironmentVariable],
    inspect: wire[FuseV1Options.EnableNodeCliInspectArguments],
    integrity: wire[FuseV1Options.EnableEmbeddedAsarIntegrityValidation],
    onlyAsar: wire[FuseV1Options.OnlyLoadAppFromAsar],
    ownSnapshot: wire[FuseV1Options.LoadBrowserProcessSpecificV8Snapshot],
    fileProtocol: wire[FuseV1Options.GrantFileProtocolExtraPrivileges],
  }).toEqual({
    ...{ runAsNode: off, cookieEncryption: on, nodeOptions: off, inspect: off, integrity: on },
    ...{ onlyAsar: on, ownSnapshot: off, fileProtocol: off },
  })
})

it('is no Node: neither by environment nor with options of Node’s', async () => {
  const script = join(folder, 'strange.cjs')
  const proof = join(folder, 'proof')
  await writeFile(script, `require('node:fs').writeFileSync(${JSON.stringify(proof)}, '')`)
  const { code, stdout } = await runRelease(folder, ['--version'], {
    ELECTRON_RUN_AS_NODE: '1',
    NODE_OPTIONS: `--require ${script}`,
  })
  expect({ code, stdout }).toEqual({ code: 0, stdout: `${version}\n` })
  expect(await readdir(folder)).not.toContain('proof')
})

it.each(['--inspect=0', '--inspect-brk=0'])('does not open Node’s inspector for %s', async (flag) => {
  const { code, stdout, stderr } = await runRelease(folder, [flag, '--version'])
  expect({ code, stdout }).toEqual({ code: 0, stdout: `${version}\n` })
  expect(stderr).not.toContain('Debugger')
})
