/**
 * The packaged program opens no connection while it converts and trains, in the terminal and in its window: it runs in
 * a network of its own whose packets are counted.
 */
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { root } from '../integration/built.ts'
import { run, type EndedProcess } from '../integration/run-process.ts'
import { writePictures } from '../integration/training-pictures.ts'
import { asRoot, release, releaseEnvironment, resources } from './release.ts'

const script = join(import.meta.dirname, 'no-network.sh')
/** An own network needs the right to make one: root's, or that of user namespaces. */
const own = ['--net', '--mount', ...(process.getuid?.() === 0 ? [] : ['--map-root-user'])]
const possible = spawnSync('unshare', [...own, script, 'true']).status === 0

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'solstice-package-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function watched(
  command: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<EndedProcess & { sent: number }> {
  const outcome = await run('unshare', [...own, script, ...command], folder, env)
  const sent = /packets sent: (\d+)\n$/.exec(outcome.stdout)?.[1]
  if (sent === undefined) throw new Error(outcome.stderr)
  return { ...outcome, sent: Number(sent) }
}

const solstice = (...words: string[]) => watched([release, ...asRoot, ...words], releaseEnvironment(folder))

describe.skipIf(!possible)(
  `no network${possible ? '' : ' (skipped: no network of its own can be made here)'}`,
  () => {
    it('counts what a program sends, a name that it looks up included', async () => {
      const env = releaseEnvironment(folder)
      const ask = "require('node:dns').lookup('example.com', () => undefined)"
      expect((await watched(['true'], env)).sent).toBe(0)
      expect((await watched([process.execPath, '-e', ask], env)).sent).toBeGreaterThan(0)
    })

    it('sends nothing while the terminal converts and trains', async () => {
      const samples = join(resources, 'app.asar.unpacked/samples')
      const converted = await solstice(
        'convert',
        samples,
        '--model',
        'summer-winter',
        '--out',
        join(folder, 'out'),
      )
      expect(converted, converted.stderr).toMatchObject({ code: 0, sent: 0 })
      const a = await writePictures(join(folder, 'a'), 'a', 10)
      const b = await writePictures(join(folder, 'b'), 'b', 10)
      const size = [
        '--load',
        '36',
        '--crop',
        '32',
        '--ngf',
        '4',
        '--ndf',
        '4',
        '--blocks',
        '1',
        '--steps',
        '20',
      ]
      const trained = await solstice('train', '--a', a, '--b', b, '--out', join(folder, 'run'), ...size)
      expect(trained, trained.stderr).toMatchObject({ code: 0, sent: 0 })
    })

    it('sends nothing while the window is opened, converts and trains', async () => {
      const playwright = [process.execPath, join(root, 'node_modules/@playwright/test/cli.js'), 'test']
      const specs = ['test/e2e/convert.spec.ts', 'test/e2e/train.spec.ts']
      const output = ['--config', join(root, 'playwright.config.ts'), '--output', join(folder, 'results')]
      const outcome = await watched([...playwright, ...specs, '--reporter=line', ...output], process.env)
      expect(outcome, outcome.stdout + outcome.stderr).toMatchObject({ code: 0, sent: 0 })
    })
  },
)
