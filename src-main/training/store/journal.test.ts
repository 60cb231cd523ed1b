import { existsSync } from 'node:fs'
import { appendFile, readdir, readFile, truncate, writeFile } from 'node:fs/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lossNames } from '../../contract/training.ts'
import type { TrainingReport } from '../../contract/training.ts'
import { failureOf } from '../../photos/test-support.ts'
import { temporaryFolder } from '../data/test-support.ts'
import { LossJournal } from './journal.ts'

const at = temporaryFolder()
let files = 0
const newPath = () => at(`journal-${++files}.jsonl`)

const reportAt = (step: number): TrainingReport => ({
  step,
  epoch: Math.floor(step / 100),
  losses: { G_A: 1 / (step + 2), D_A: 0.1 + 0.2, cycle_A: 1e-21 * step },
  stepMs: 812.5,
  etaSeconds: 3600 - step / 3,
})

async function journalWith(...steps: readonly number[]) {
  const path = newPath()
  const journal = new LossJournal(path)
  for (const step of steps) await journal.append(reportAt(step))
  return { path, journal }
}

const stepsOf = async (journal: LossJournal) => (await journal.read()).map(({ step }) => step)

describe('LossJournal', () => {
  it('gives back what was added, in order', async () => {
    const { journal, path } = await journalWith()
    expect(await journal.read()).toEqual([])
    await Promise.all([1, 2, 3, 4, 5].map((step) => journal.append(reportAt(step))))
    expect(await journal.read()).toEqual([1, 2, 3, 4, 5].map(reportAt))
    expect(await new LossJournal(path).read()).toEqual([1, 2, 3, 4, 5].map(reportAt))
  })

  it('survives a cut at any byte: whole lines stay, and the next has its own', async () => {
    const { path } = await journalWith(1, 2, 3)
    const whole = await readFile(path)
    const ends = [...whole.keys()].filter((i) => whole[i] === 0x0a)
    for (let length = 0; length <= whole.length; length++) {
      await writeFile(path, whole)
      await truncate(path, length)
      const journal = new LossJournal(path)
      // A line that lacks only its end says all that it has to say.
      const steps = ends.flatMap((end, i) => (end <= length ? [i + 1] : []))
      expect(await stepsOf(journal), `cut at ${length}`).toEqual(steps)
      await journal.append(reportAt(9))
      expect(await journal.read(), `cut at ${length}`).toEqual([...steps, 9].map(reportAt))
    }
  })

  it.each([
    ['no JSON', 'half a li'],
    ['zeros, as a loss of power leaves them', '\0'.repeat(300)],
    ['bytes that are no text', Buffer.of(0xff, 0xfe, 0xc3)],
    ['something else', '{"step":2}'],
    ['a step of −1', JSON.stringify({ ...reportAt(2), step: -1 })],
    ['a loss that was no number', JSON.stringify({ ...reportAt(2), losses: { G_A: null } })],
    ['a number', '12'],
    ['nothing', ''],
  ])('passes over a line that holds %s', async (_what, line) => {
    const { path, journal } = await journalWith(1)
    await appendFile(path, line)
    await appendFile(path, '\n')
    await journal.append(reportAt(3))
    expect(await stepsOf(journal)).toEqual([1, 3])
    await journal.cutAfter(3)
    expect(await readFile(path, 'utf8')).toBe(
      [1, 3].map((step) => `${JSON.stringify(reportAt(step))}\n`).join(''),
    )
  })

  it('drops what a resumed run does again', async () => {
    const { path, journal } = await journalWith(10, 20, 30, 40)
    await journal.cutAfter(25)
    expect(await stepsOf(journal)).toEqual([10, 20])
    await journal.append(reportAt(30))
    expect(await stepsOf(journal)).toEqual([10, 20, 30])
    await journal.cutAfter(0)
    expect(await readFile(path, 'utf8')).toBe('')
    expect(await readdir(at())).not.toContainEqual(expect.stringContaining('unfinished'))
  })

  it('has nothing to drop where there is no journal', async () => {
    const { path, journal } = await journalWith()
    await journal.cutAfter(5)
    expect(existsSync(path)).toBe(false)
    expect(await journal.read()).toEqual([])
  })

  it('keeps what another program writes beside what it knows', async () => {
    const { path, journal } = await journalWith()
    const richer = `${JSON.stringify({ ...reportAt(1), note: 'from a later version' })}\n`
    await writeFile(path, richer)
    await journal.append(reportAt(2))
    await journal.cutAfter(1)
    expect(await readFile(path, 'utf8')).toBe(richer)
  })

  it('says so where it cannot write', async () => {
    const failure = await failureOf(new LossJournal(at('nowhere', 'journal.jsonl')).append(reportAt(1)))
    expect([failure.code, failure.subject]).toEqual(['cannot-write', 'journal.jsonl'])
    expect((await failureOf(new LossJournal(at()).read())).code).toBe('file-not-readable')
  })

  it('is a list of reports, whatever is done to it', async () => {
    const positive = fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)
    const loss = fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0))
    const report = fc.record({
      step: fc.integer({ min: 1, max: 1000 }),
      epoch: fc.nat(),
      losses: fc.dictionary(fc.constantFrom(...lossNames), loss, { noNullPrototype: true }),
      stepMs: positive,
      etaSeconds: positive,
    })
    const deed = fc.oneof(
      { weight: 4, arbitrary: report.map((value) => ({ kind: 'append' as const, report: value })) },
      fc.nat(1000).map((step) => ({ kind: 'cut' as const, step })),
      // A line that is torn by the end of the program; a line has more bytes than that.
      fc.integer({ min: 1, max: 40 }).map((bytes) => ({ kind: 'tear' as const, bytes })),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { maxLength: 25 }), async (deeds) => {
        const path = newPath()
        let expected: TrainingReport[] = []
        for (const one of deeds) {
          const journal = new LossJournal(path)
          if (one.kind === 'append') {
            await journal.append(one.report)
            expected.push(one.report)
          } else if (one.kind === 'cut') {
            await journal.cutAfter(one.step)
            expected = expected.filter(({ step }) => step <= one.step)
          } else {
            const torn = JSON.stringify(reportAt(7)).slice(0, one.bytes)
            await appendFile(path, `\n${torn}`)
          }
          expect(await journal.read()).toEqual(expected)
        }
      }),
      { numRuns: 100, seed: 8 },
    )
  })
})
