/** The progress of a run of conversions. */
import { describe, expect, it } from 'vitest'
import type { Conversion } from '../../src-main/contract/schemas.ts'
import { batchProgress, tasksOf } from './batch.ts'

const conversion = (over: Partial<Conversion>): Conversion => ({
  id: 'conversion-1',
  photoId: 'photo-0001',
  modelId: 'summer-winter',
  direction: 'AtoB',
  size: 1024,
  state: 'waiting',
  progress: null,
  width: 0,
  height: 0,
  seconds: 0,
  cycle: { state: 'none', progress: null },
  ...over,
})

const progressOf = (...conversions: readonly Conversion[]) => batchProgress(conversions.flatMap(tasksOf))

describe('batchProgress', () => {
  it('adds the shares of what runs to what is finished', () => {
    const done = conversion({ state: 'done', seconds: 10 })
    const running = conversion({ state: 'running', progress: { done: 5, total: 10, etaSeconds: 6 } })
    const progress = progressOf(done, running, conversion({}), conversion({}))
    expect(progress).toEqual({
      finished: 1,
      converted: 1,
      failed: 0,
      total: 4,
      share: 0.375,
      etaSeconds: 6 + 12 + 12,
    })
  })

  it('learns from finished ones while the running one says nothing', () => {
    const done = conversion({ state: 'done', seconds: 8 })
    const running = conversion({ state: 'running', progress: { done: 1, total: 4, etaSeconds: null } })
    expect(progressOf(done, running).etaSeconds).toBe(6)
  })

  it('knows no time at the start', () => {
    expect(progressOf(conversion({ state: 'running' }), conversion({})).etaSeconds).toBeNull()
  })

  it('leaves cancelled ones out and counts failed ones as finished', () => {
    const progress = progressOf(conversion({ state: 'cancelled' }), conversion({ state: 'failed' }))
    expect(progress).toMatchObject({ finished: 1, failed: 1, total: 1, share: 1 })
  })

  it('counts photos that were converted, not the styles that they went through or their ways back', () => {
    const cycle = { state: 'done', progress: null } as const
    const result = conversion({ state: 'done', cycle })
    const other = conversion({ id: 'conversion-2', state: 'done', modelId: 'monet' })
    expect(progressOf(result, other)).toMatchObject({ finished: 3, converted: 1 })
    expect(batchProgress(tasksOf(result).filter(({ kind }) => kind === 'cycle')).converted).toBe(0)
  })

  it('is empty for no tasks', () => expect(progressOf()).toMatchObject({ total: 0, share: 0 }))
})

describe('tasksOf', () => {
  it('counts the way back as work of its own', () => {
    const both = tasksOf(
      conversion({
        state: 'done',
        cycle: { state: 'running', progress: { done: 1, total: 5, etaSeconds: 4 } },
      }),
    )
    expect(both.map((task) => [task.kind, task.state, task.share])).toEqual([
      ['conversion', 'done', 1],
      ['cycle', 'running', 0.2],
    ])
  })
})
