/** The counts of `npm test`: nothing that went wrong may read as a success. */
import { describe, expect, it } from 'vitest'

import { countPlaywright, countVitest, total } from './results.mjs'

const file = (status: string, ...results: string[]) => ({
  name: 'a.test.ts',
  status,
  message: status === 'failed' && results.length === 0 ? 'does not load\nat line 1' : '',
  assertionResults: results.map((result, index) => ({
    status: result,
    fullName: `test ${index + 1}`,
    failureMessages: result === 'failed' ? ['1 is not 2\nat line 3'] : [],
  })),
})

describe('countVitest', () => {
  it('takes the counts of tests and names what failed', () => {
    const testResults = [file('passed', 'passed', 'pending'), file('failed', 'passed', 'failed')]
    const report = { numPassedTests: 2, numFailedTests: 1, numPendingTests: 1, testResults }
    const failures = ['a.test.ts › test 2: 1 is not 2']
    expect(countVitest(report)).toEqual({ passed: 2, failed: 1, skipped: 1, failures })
  })

  it('counts a file that does not load as a failure', () => {
    const testResults = [file('failed'), file('passed', 'passed')]
    const report = { numPassedTests: 1, numFailedTests: 0, numPendingTests: 0, testResults }
    const failures = ['a.test.ts: does not load']
    expect(countVitest(report)).toEqual({ passed: 1, failed: 1, skipped: 0, failures })
  })

  it('counts a file whose tests passed and whose hook threw as a failure', () => {
    const report = {
      numPassedTests: 1,
      numFailedTests: 0,
      numPendingTests: 0,
      testResults: [file('failed', 'passed')],
    }
    expect(countVitest(report)).toMatchObject({ failed: 1, failures: ['a.test.ts'] })
  })
})

describe('countPlaywright', () => {
  it('names what failed in nested suites, and counts an error outside the tests as a failure', () => {
    const stats = { expected: 3, unexpected: 1, flaky: 1, skipped: 2 }
    const spec = (title: string, ok: boolean, ...errors: string[]) => ({
      ...{ title, ok, file: 'a.spec.ts', line: 4 },
      tests: [{ results: errors.map((message) => ({ error: { message } })) }],
    })
    const suites = [{ specs: [spec('one', true)], suites: [{ specs: [spec('two', false, 'no window\n…')] }] }]
    expect(countPlaywright({ stats, suites, errors: [{ message: 'the set-up threw' }] })).toEqual({
      ...{ passed: 4, failed: 2, skipped: 2 },
      failures: ['a.spec.ts:4 › two: no window', 'outside the tests: the set-up threw'],
    })
  })
})

describe('total', () => {
  const good = { name: 'A', code: 0, counts: { passed: 2, failed: 0, skipped: 1, failures: [] } }

  it('adds up the runners', () => {
    const bad = { name: 'B', code: 1, counts: { passed: 1, failed: 1, skipped: 0, failures: ['x'] } }
    expect(total([good, bad])).toEqual({ passed: 3, failed: 1, skipped: 1, failures: ['x'] })
  })

  it.each([
    ['left no report', { code: 139, counts: null }],
    ['left no report but exits well', { code: 0, counts: null }],
    ['ran nothing', { code: 0, counts: { passed: 0, failed: 0, skipped: 4, failures: [] } }],
    [
      'fails though its tests passed',
      { code: 1, counts: { passed: 5, failed: 0, skipped: 0, failures: [] } },
    ],
  ])('counts a runner that %s as one failure, and names it', (_, runner) => {
    const { failed, failures } = total([good, { name: 'B', ...runner }])
    expect(failed).toBe(1)
    expect(failures).toEqual([expect.stringMatching(/^B ended with exit code \d+ and \d tests passed$/)])
  })
})
