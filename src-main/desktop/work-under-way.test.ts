/** A fetch is work that a closed window and a falling asleep would cut off, like a training and an export. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { StyleFetches } from '../models/fetch/style-fetches.ts'
import { FileServer } from '../models/fetch/testing/file-server.ts'
import { smallCheckpoint, writeCatalogue } from '../models/fetch/testing/small-style.ts'
import { ModelShelf } from '../models/shelf.ts'
import { workUnderWay } from './work-under-way.ts'

it('a fetch under way is work, from when it is asked for until it has stopped', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'solstice-work-'))
  const server = await new FileServer(smallCheckpoint(), { holdAfter: 10_000 }).listen()
  const fetches = new StyleFetches({
    catalogue: await writeCatalogue(join(folder, 'catalogue.json'), server.address),
    downloads: join(folder, 'downloads'),
    models: new ModelShelf({ builtIn: join(folder, 'built-in'), own: join(folder, 'models') }),
    proxyFor: async () => null,
  })
  const idle = { runs: { isTraining: false }, exports: { isExporting: false } }
  const works = { ...idle, fetches }
  try {
    const told: (string | null)[] = []
    // Who is told of a change sees what is under way after it.
    fetches.on('changed', () => told.push(workUnderWay(works)))
    expect(workUnderWay(works)).toBeNull()
    await fetches.start('small0_style')
    expect(workUnderWay(works)).toBe('fetch')
    expect(workUnderWay({ ...works, exports: { isExporting: true } })).toBe('export')
    expect(workUnderWay({ ...works, runs: { isTraining: true } })).toBe('training')
    await vi.waitUntil(() => server.asked.length === 1, { timeout: 20_000 })
    fetches.cancel('small0_style')
    await vi.waitUntil(() => told.at(-1) === null, { timeout: 20_000 })
    expect(told[0]).toBe('fetch')
    expect(workUnderWay(works)).toBeNull()
  } finally {
    await fetches.close()
    await server.close()
    await rm(folder, { recursive: true })
  }
})
