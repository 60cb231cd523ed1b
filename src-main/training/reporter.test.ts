import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { trainingReportSchema, type Losses, type TrainingReport } from '../contract/training.ts'
import { failureOf } from '../photos/test-support.ts'
import { temporaryFolder } from './data/test-support.ts'
import { Reporter } from './reporter.ts'
import { LossJournal } from './store/journal.ts'

const at = temporaryFolder()
let journals = 0

// Only the clock: reports are made as time goes by.
beforeEach(() => vi.useFakeTimers({ toFake: ['performance'] }))
afterEach(() => vi.useRealTimers())

function reporterOf(total: number) {
  const journal = new LossJournal(at(`${++journals}.jsonl`))
  const heard: TrainingReport[] = []
  const reporter = new Reporter({
    ...{ journal, total, epochOf: (step: number) => Math.ceil(step / 10) },
    onReport: (report) => heard.push(report),
  })
  /** One step that takes so long. */
  const step = async (number: number, losses: Losses, ms: number): Promise<void> => {
    vi.advanceTimersByTime(ms)
    await reporter.stepDone(number, losses)
  }
  return { journal, heard, reporter, step }
}

describe('Reporter', () => {
  it('reports the means of the steps since the last report, to the journal and to the listener', async () => {
    const { journal, heard, step } = reporterOf(100)
    await step(1, { G_A: 1, D_A: 0.5 }, 900)
    await step(2, { G_A: 2, D_A: 0.25 }, 900)
    expect(heard).toEqual([])
    await step(3, { G_A: 6, D_A: 0 }, 900)
    const first = { step: 3, epoch: 1, losses: { G_A: 3, D_A: 0.25 }, stepMs: 900, etaSeconds: 87 }
    expect(heard).toEqual([first])
    await step(4, { G_A: 8 }, 1999)
    await step(5, { G_A: 9 }, 1)
    expect(heard).toEqual([first, { step: 5, epoch: 1, losses: { G_A: 8.5 }, stepMs: 1000, etaSeconds: 87 }])
    expect(await journal.read()).toEqual(heard)
    for (const report of heard) expect(trainingReportSchema.parse(report)).toEqual(report)
  })

  it('reports the rest when it is asked to, and nothing where there is none', async () => {
    const { heard, reporter, step } = reporterOf(2)
    await reporter.report()
    await step(1, { cycle_A: 1 }, 1)
    await step(2, { cycle_A: 2 }, 1)
    expect(heard).toEqual([])
    await reporter.report()
    await reporter.report()
    expect(heard).toEqual([{ step: 2, epoch: 1, losses: { cycle_A: 1.5 }, stepMs: 1, etaSeconds: 0 }])
  })

  it('takes the mean of each loss over the steps that have it: the warm-up has fewer', async () => {
    const { heard, step } = reporterOf(100)
    await step(1, { D_A: 1, D_B: 3 }, 10)
    await step(2, { D_A: 2, D_B: 5 }, 10)
    await step(3, { G_A: 7, D_A: 6, D_B: 1 }, 2000)
    expect(heard[0]?.losses).toEqual({ G_A: 7, D_A: 3, D_B: 3 })
    // What has been reported does not come again.
    await step(4, { G_A: 1 }, 2000)
    expect(heard[1]?.losses).toEqual({ G_A: 1 })
  })

  it('expects the rest to take as long as steps took lately, the newest a fifth', async () => {
    const { heard, step } = reporterOf(102)
    await step(1, {}, 2000)
    await step(2, {}, 4000)
    expect(heard.map(({ etaSeconds }) => etaSeconds)).toEqual([202, 240])
  })

  // A run that ended with samples was remembered as slower than it was.
  it('does not take what lies between steps for a part of them', async () => {
    const { heard, reporter, step } = reporterOf(100)
    await step(1, {}, 500)
    await reporter.beside(async () => {
      vi.advanceTimersByTime(60_000)
    })
    await step(2, {}, 1500)
    expect(heard).toMatchObject([{ stepMs: 1000, etaSeconds: 98 }])
    expect(reporter.stepSeconds).toBe(1)
  })

  it('tells nobody what the journal could not take', async () => {
    const heard: TrainingReport[] = []
    const reporter = new Reporter({
      ...{ journal: new LossJournal(at('missing', 'journal.jsonl')), total: 1, epochOf: () => 1 },
      onReport: (report) => heard.push(report),
    })
    await reporter.stepDone(1, {})
    expect((await failureOf(reporter.report())).code).toBe('cannot-write')
    expect(heard).toEqual([])
  })
})
