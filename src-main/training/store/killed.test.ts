/** Checkpoints of a program that is killed, again and again, at any moment. */
import { readdir } from 'node:fs/promises'
import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { randomFrom, temporaryFolder } from '../data/test-support.ts'
import { CheckpointStore } from './checkpoints.ts'
import { childStarter } from './testing/children.ts'
import { bitsOf, gathered, smallParts, stateAt } from './testing/state.ts'

const at = temporaryFolder()
const start = childStarter()
const kills = 25

describe('a killed program', () => {
  it(`loses no checkpoint that it had written, ${kills} times`, async () => {
    const random = randomFrom(11)
    const folder = at('run')
    let [written, halfWritten] = [0, 0]
    for (let kill = 0; kill < kills; kill++) {
      const child = await start()
      child.send({ kind: 'write', folder })
      const hear = async () => {
        const news = await child.next()
        if (news?.kind === 'written') written = news.step
        return news
      }
      for (let heard = Math.floor(random() * 30); heard > 0; heard--) await hear()
      for (let turns = Math.floor(random() * 200); turns > 0; turns--) await turn()
      await child.kill()
      while ((await hear()) !== null);

      const files = await readdir(folder).catch(() => [])
      expect(files.length).toBeLessThanOrEqual(7)
      if (files.some((name) => name.endsWith('.unfinished')) || files.length % 2 === 1) halfWritten++
      const newest = await new CheckpointStore(folder, smallParts).newest()
      expect(newest?.step ?? 0).toBeGreaterThanOrEqual(written)
      expect(newest?.step ?? 0).toBeLessThanOrEqual(written + 1)
      if (newest !== null)
        expect(bitsOf(await gathered(newest.parts()))).toEqual(bitsOf(stateAt(newest.step)))
    }
    expect(written).toBeGreaterThan(kills)
    expect(halfWritten).toBeGreaterThan(0)
  })
})
