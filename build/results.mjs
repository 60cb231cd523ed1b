/** Counts what the test runners report, and says what a runner's own failure counts for. */

/**
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {readonly string[]} failures What failed, by name, each with the first line of its error.
 *
 * @typedef {object} VitestReport
 * @property {number} numPassedTests
 * @property {number} numFailedTests
 * @property {number} numPendingTests
 * @property {readonly VitestFile[]} testResults
 *
 * @typedef {object} VitestFile
 * @property {string} name Its path.
 * @property {string} status
 * @property {string} message
 * @property {readonly { status: string, fullName: string, failureMessages: readonly string[] }[]} assertionResults
 *
 * @typedef {object} PlaywrightReport
 * @property {{ expected: number, unexpected: number, flaky: number, skipped: number }} stats
 * @property {readonly PlaywrightError[]} errors
 * @property {readonly PlaywrightSuite[]} suites
 *
 * @typedef {{ message?: string }} PlaywrightError
 *
 * @typedef {object} PlaywrightSuite
 * @property {readonly PlaywrightSuite[]} [suites]
 * @property {readonly PlaywrightSpec[]} [specs]
 *
 * @typedef {object} PlaywrightSpec
 * @property {string} title
 * @property {string} file
 * @property {number} line
 * @property {boolean} ok
 * @property {readonly { results: readonly { error?: PlaywrightError }[] }[]} tests
 */

/**
 * A file that fails outside its tests (it does not load, a hook throws) is one failure.
 * @param {VitestReport} report
 * @returns {Counts}
 */
export function countVitest({ numPassedTests, numFailedTests, numPendingTests, testResults }) {
  const failedIn = (/** @type {VitestFile} */ { assertionResults }) =>
    assertionResults.filter(({ status }) => status === 'failed')
  const broken = testResults.filter((file) => file.status === 'failed' && failedIn(file).length === 0)
  return {
    passed: numPassedTests,
    failed: numFailedTests + broken.length,
    skipped: numPendingTests,
    failures: [
      ...testResults.flatMap((file) =>
        failedIn(file).map(({ fullName, failureMessages }) =>
          named(`${file.name} › ${fullName}`, failureMessages[0]),
        ),
      ),
      ...broken.map(({ name, message }) => named(name, message)),
    ],
  }
}

/**
 * An error outside the tests is one failure.
 * @param {PlaywrightReport} report
 * @returns {Counts}
 */
export function countPlaywright({ stats, errors, suites }) {
  return {
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected + errors.length,
    skipped: stats.skipped,
    failures: [
      ...suites
        .flatMap(specsOf)
        .filter(({ ok }) => !ok)
        .map(({ file, line, title, tests }) => {
          const errors = tests.flatMap(({ results }) => results.map(({ error }) => error?.message))
          return named(`${file}:${line} › ${title}`, errors.find(Boolean))
        }),
      ...errors.map(({ message }) => named('outside the tests', message)),
    ],
  }
}

/**
 * @param {PlaywrightSuite} suite
 * @returns {PlaywrightSpec[]}
 */
function specsOf({ specs = [], suites = [] }) {
  return [...specs, ...suites.flatMap(specsOf)]
}

/**
 * @param {string} name
 * @param {string | undefined} error
 */
function named(name, error) {
  const firstLine = error?.trim().split('\n', 1)[0]
  return firstLine ? `${name}: ${firstLine}` : name
}

/**
 * The sum of all runners. A runner that left no report, ran nothing, or exits with an error though none of its tests
 * failed, is one failure.
 * @param {readonly { name: string, code: number, counts: Counts | null }[]} runners
 * @returns {Counts}
 */
export function total(runners) {
  const sum = { passed: 0, failed: 0, skipped: 0, failures: /** @type {string[]} */ ([]) }
  for (const { name, code, counts } of runners) {
    const { passed, failed, skipped, failures } = counts ?? nothing
    const crashed = failed === 0 && (code !== 0 || passed === 0)
    sum.passed += passed
    sum.failed += failed + (crashed ? 1 : 0)
    sum.skipped += skipped
    sum.failures.push(...failures)
    if (crashed) sum.failures.push(`${name} ended with exit code ${code} and ${passed} tests passed`)
  }
  return sum
}

/** @type {Counts} */
const nothing = { passed: 0, failed: 0, skipped: 0, failures: [] }
