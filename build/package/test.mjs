/**
 * `npm run test:package`: packages the program, unpacks the tar.gz as a user would, and runs against it the tests of
 * test/package and the same end-to-end tests as in development. These drive it through Node's inspector, which a
 * release has closed, so they get a second copy with that one fuse open.
 */
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { total } from '../results.mjs'
import { hasDisplay, openVirtualDisplay } from '../setup/display.mjs'
import { ensureElectron } from '../setup/electron.mjs'
import { ensureDependencies } from '../setup/dependencies.mjs'
import { ensureLibraries } from '../setup/libraries.mjs'
import { root } from '../setup/paths.mjs'
import { exitCode, run } from '../setup/processes.mjs'
import { SetupError, step } from '../setup/say.mjs'
import { reportSum, runPlaywright, runVitest } from '../test-runners.mjs'

const packages = join(root, 'out/package')
const copies = join(root, 'out/package-test')

/** @param {readonly string[]} playwrightArgs which end-to-end tests; all of them where none is named */
async function test(playwrightArgs) {
  if (process.platform !== 'linux')
    throw new SetupError('Packages are tested on Linux, where they need no installer.')
  await ensureDependencies(root)
  const electron = await ensureElectron()
  await ensureLibraries(electron.executable, { virtualDisplay: !hasDisplay() })
  const packed = await run(process.execPath, [join(root, 'build/package/package.mjs')], {
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  if (exitCode(packed) !== 0) throw new SetupError('The program could not be packaged.')
  const release = await unpackTo('release')
  const inspectable = await unpackTo('inspectable')
  await openInspector(inspectable)

  const screen = hasDisplay() ? null : await openVirtualDisplay()
  const env = {
    SOLSTICE_RELEASE: release,
    SOLSTICE_PROGRAM: inspectable,
    ...(screen && { DISPLAY: screen.display }),
  }
  try {
    return total([await runVitest(env), await runPlaywright(env, playwrightArgs)])
  } finally {
    await screen?.close()
  }
}

/**
 * Unpacks the tar.gz into a folder of its own; gives the program in it.
 * @param {string} name
 */
async function unpackTo(name) {
  const archive = readdirSync(packages).find((file) => file.endsWith('.tar.gz'))
  if (archive === undefined) throw new SetupError('There is no tar.gz among the packages.')
  const folder = join(copies, name)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const { code, stderr } = await step(`Unpacking ${archive}`, () =>
    run('tar', ['-xzf', join(packages, archive), '-C', folder, '--strip-components=1']),
  )
  if (code !== 0) throw new SetupError(`${archive} could not be unpacked: ${stderr.trim()}`)
  return join(folder, 'solstice')
}

/** @param {string} executable */
async function openInspector(executable) {
  const { flipFuses, FuseV1Options, FuseVersion } = await import('@electron/fuses')
  await flipFuses(executable, {
    version: FuseVersion.V1,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
  })
}

await reportSum(() => test(process.argv.slice(2)))
