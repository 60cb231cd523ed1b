/** The counts of `npm test`: nothing that went wrong may read as a success. */
import { describe, expect, it } from 'vitest'

import { countPlaywright, countVitest, total } from './results.mjs'

const file = (status: string, ...results: string[]) => ({
  status,
  assertionResults: results.map((result) => ({ status: result })),
})

describe('countVitest', () => {
  it('takes the counts of tests', () => {
    const testResults = [file('passed', 'passed', 'pending'), file('failed', 'failed', 'passed')]
    const report = { numPassedTests: 2, numFailedTests: 1, numPendingTests: 1, testResults }
    expect(countVitest(report)).toEqual({ passed: 2, failed: 1, skipped: 1 })
  })

  it('counts a file that does not load as a failure', () => {
    const testResults = [file('failed'), file('passed', 'passed')]
    const report = { numPassedTests: 1, numFailedTests: 0, numPendingTests: 0, testResults }
    expect(countVitest(report)).toEqual({ passed: 1, failed: 1, skipped: 0 })
  })

  it('counts a file whose tests passed and whose hook threw as a failure', () => {
    const report = {
      numPassedTests: 1,
      numFailedTests: 0,
      numPendingTests: 0,
      testResults: [file('failed', 'passed')],
    }
    expect(countVitest(report).failed).toBe(1)
  })
})

describe('countPlaywright', () => {
  it('counts an error outside the tests as a failure', () => {
    const stats = { expected: 3, unexpected: 1, flaky: 1, skipped: 2 }
    expect(countPlaywright({ stats, errors: [{}] })).toEqual({ passed: 4, failed: 2, skipped: 2 })
  })
})

describe('total', () => {
  const good = { code: 0, counts: { passed: 2, failed: 0, skipped: 1 } }

  it('adds up the runners', () => {
    const bad = { code: 1, counts: { passed: 1, failed: 3, skipped: 0 } }
    expect(total([good, bad])).toEqual({ passed: 3, failed: 3, skipped: 1 })
  })

  it.each([
    ['left no report', { code: 139, counts: null }],
    ['left no report but exits well', { code: 0, counts: null }],
    ['ran nothing', { code: 0, counts: { passed: 0, failed: 0, skipped: 4 } }],
    ['fails though its tests passed', { code: 1, counts: { passed: 5, failed: 0, skipped: 0 } }],
  ])('counts a runner that %s as one failure', (_, runner) => {
    expect(total([good, runner]).failed).toBe(1)
  })
})
