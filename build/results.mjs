/** Counts what the test runners report, and says what a runner's own failure counts for. */

/**
 * @typedef {{ passed: number, failed: number, skipped: number }} Counts
 *
 * @typedef {object} VitestReport
 * @property {number} numPassedTests
 * @property {number} numFailedTests
 * @property {number} numPendingTests
 * @property {readonly { status: string, assertionResults: readonly { status: string }[] }[]} testResults
 *
 * @typedef {object} PlaywrightReport
 * @property {{ expected: number, unexpected: number, flaky: number, skipped: number }} stats
 * @property {readonly unknown[]} errors
 */

/**
 * A file that fails outside its tests (it does not load, a hook throws) is one failure.
 * @param {VitestReport} report
 * @returns {Counts}
 */
export function countVitest({ numPassedTests, numFailedTests, numPendingTests, testResults }) {
  const broken = testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((result) => result.status === 'failed'),
  )
  return { passed: numPassedTests, failed: numFailedTests + broken.length, skipped: numPendingTests }
}

/**
 * An error outside the tests is one failure.
 * @param {PlaywrightReport} report
 * @returns {Counts}
 */
export function countPlaywright({ stats, errors }) {
  return {
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected + errors.length,
    skipped: stats.skipped,
  }
}

/**
 * The sum of all runners. A runner that left no report, ran nothing, or exits with an error though none of its tests
 * failed, is one failure.
 * @param {readonly { code: number, counts: Counts | null }[]} runners
 * @returns {Counts}
 */
export function total(runners) {
  const sum = { passed: 0, failed: 0, skipped: 0 }
  for (const { code, counts } of runners) {
    const { passed, failed, skipped } = counts ?? { passed: 0, failed: 0, skipped: 0 }
    const crashed = failed === 0 && (code !== 0 || passed === 0)
    sum.passed += passed
    sum.failed += failed + (crashed ? 1 : 0)
    sum.skipped += skipped
  }
  return sum
}
