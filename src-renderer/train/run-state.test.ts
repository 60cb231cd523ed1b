/** What a run's state allows, and the list of runs. */
import { describe, expect, it } from 'vitest'
import { paperSettings, runStateSchema, type TrainingRun } from '../../src-main/contract/training.ts'
import { canPause, canResume, canStop, isActive, shareOf, withRun } from './run-state.ts'

const run = (id: string, name = id): TrainingRun => ({
  ...{ id, name, state: 'running', from: null, settings: paperSettings, samples: [], keepable: false },
  ...{ a: { folder: 'a', pictures: 1 }, b: { folder: 'b', pictures: 1 } },
  ...{ step: 0, total: 0, epoch: 0, stepMs: null, etaSeconds: null },
})

describe('a state', () => {
  it.each(runStateSchema.options)('%s allows either going on or what a training run allows', (state) => {
    expect(canResume(state) && isActive(state)).toBe(false)
    if (canPause(state) || canStop(state)) expect(isActive(state)).toBe(true)
    // Whatever does not train can be gone on with, unless all is done.
    if (!isActive(state)) expect(canResume(state)).toBe(state !== 'done')
  })
})

describe('shareOf', () => {
  it('is the share of steps', () => expect(shareOf({ state: 'running', step: 30, total: 120 })).toBe(0.25))
  it('is nothing while the total is not known', () =>
    expect(shareOf({ state: 'preparing', step: 0, total: 0 })).toBe(0))
  it('is all of a finished run', () => expect(shareOf({ state: 'done', step: 0, total: 0 })).toBe(1))
})

describe('withRun', () => {
  const runs = [run('two'), run('one')]

  it('replaces a run in its place', () => {
    expect(withRun(runs, run('one', 'changed')).map(({ name }) => name)).toEqual(['two', 'changed'])
  })
  it('puts a new one first', () => {
    expect(withRun(runs, run('three')).map(({ id }) => id)).toEqual(['three', 'two', 'one'])
  })
})
