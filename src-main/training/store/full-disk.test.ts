/** A disk that is full, for real: a small one in memory, where a test may mount such a thing. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmdirSync } from 'node:fs'
import { readdir, readFile, rm, statfs, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import type { TrainingReport } from '../../contract/training.ts'
import { failureOf } from '../../photos/test-support.ts'
import { CheckpointStore } from './checkpoints.ts'
import { LossJournal } from './journal.ts'
import { lockFolder } from '../../storage/lock.ts'
import { bitsOf, gathered, smallParts, sourceOf, stateAt } from './testing/state.ts'

const disk = mountedDisk()

/** A disk of 2 MB; null where none can be had. */
function mountedDisk(): string | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return null
  const folder = mkdtempSync(join(tmpdir(), 'solstice-full-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder], { stdio: 'ignore' })
    return folder
  } catch {
    rmdirSync(folder)
    return null
  }
}

afterAll(() => {
  if (disk === null) return
  execFileSync('umount', [disk])
  rmdirSync(disk)
})

const reportAt = (step: number): TrainingReport => ({
  ...{ step, epoch: 1, losses: { G_A: 0.5 }, stepMs: 10, etaSeconds: 1 },
})

describe.skipIf(disk === null)('on a full disk (skipped where no tmpfs can be mounted: needs root)', () => {
  const at = (...names: readonly string[]) => join(disk!, ...names)

  beforeEach(async () => {
    for (const name of await readdir(disk!)) await rm(at(name), { recursive: true })
  })

  /** Leaves so many pages of the disk free. */
  async function fillBut(pages: number): Promise<void> {
    const { bavail, bsize } = await statfs(disk!)
    await writeFile(at('filler'), Buffer.alloc((bavail - pages) * bsize))
  }

  async function expectNewest(store: CheckpointStore, step: number): Promise<void> {
    const newest = await store.newest()
    expect(newest?.step).toBe(step)
    expect(bitsOf(await gathered(newest!.parts()))).toEqual(bitsOf(stateAt(step)))
  }

  it('a checkpoint that does not fit leaves the last one, and nothing of its own', async () => {
    const store = new CheckpointStore(at('run'), smallParts)
    for (const step of [1, 2]) await store.write(step, sourceOf(stateAt(step)))
    const before = await readdir(at('run'))
    // From no room at all to a page less than what the file and its record need.
    const { bsize } = await statfs(disk!)
    const data = await readFile(at('run', 'checkpoint-0000000002.safetensors'))
    const needed = Math.ceil(data.length / bsize) + 1
    for (const pages of [0, 1, needed >> 1, needed - 2, needed - 1]) {
      await fillBut(pages)
      const failure = await failureOf(store.write(3, sourceOf(stateAt(3))))
      expect(failure.code).toBe('disk-full')
      expect(failure.subject).toMatch(/^checkpoint-0000000003\.(?:safetensors|json)$/)
      expect(await readdir(at('run'))).toEqual(before)
      await expectNewest(store, 2)
      await rm(at('filler'))
    }
    await fillBut(needed)
    await store.write(3, sourceOf(stateAt(3)))
    await expectNewest(store, 3)
  })

  it('makes room with what a killed write has left', async () => {
    const store = new CheckpointStore(at('run'), smallParts)
    await store.write(1, sourceOf(stateAt(1)))
    const { bavail, bsize } = await statfs(disk!)
    await writeFile(at('run', 'checkpoint-0000000002.safetensors.unfinished'), Buffer.alloc(bavail * bsize))
    await store.write(2, sourceOf(stateAt(2)))
    await expectNewest(store, 2)
  })

  it('the journal keeps what it has, and goes on when there is room', async () => {
    const journal = new LossJournal(at('journal.jsonl'))
    let step = 0
    await fillBut(1)
    const failure = await failureOf(
      (async () => {
        for (;;) {
          await journal.append(reportAt(step + 1))
          step++
        }
      })(),
    )
    expect([failure.code, failure.subject]).toEqual(['disk-full', 'journal.jsonl'])
    const steps = Array.from({ length: step }, (_, i) => i + 1)
    expect(await journal.read()).toEqual(steps.map(reportAt))
    expect((await failureOf(journal.cutAfter(3))).code).toBe('disk-full')
    expect(await journal.read()).toEqual(steps.map(reportAt))
    expect((await readdir(disk!)).toSorted()).toEqual(['filler', 'journal.jsonl'])
    await rm(at('filler'))
    await journal.append(reportAt(1000))
    expect(await journal.read()).toEqual([...steps, 1000].map(reportAt))
  })

  it('a run is not locked', async () => {
    await fillBut(0)
    expect((await failureOf(lockFolder(disk!, 'training-busy'))).code).toBe('disk-full')
    expect(await readdir(disk!)).toEqual(['filler'])
  })
})
