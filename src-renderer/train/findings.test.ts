/** The order of findings, and which of their files are shown. */
import { describe, expect, it } from 'vitest'
import type { Finding, Severity } from '../../src-main/contract/training-findings.ts'
import { byWeight, shownFiles, stops } from './findings.ts'

const grey = (severity: Severity, count = 0, told = count): Finding => ({
  ...{ kind: 'some-grey', severity, side: 'a', count, numbers: { grey: count, pictures: 100 } },
  files: Array.from({ length: told }, (_, index) => ({ side: 'a', name: `${index}.jpg` })),
})

describe('findings', () => {
  it('stand by weight and keep the number that they were told under', () => {
    const findings = [grey('info'), grey('warn'), grey('stop'), grey('warn')]
    expect(byWeight(findings).map(({ number }) => number)).toEqual([2, 1, 3, 0])
  })

  it('stop a training only where one of them says so', () => {
    expect(stops([grey('warn'), grey('info')])).toBe(false)
    expect(stops([grey('warn'), grey('stop')])).toBe(true)
  })
})

describe('shownFiles', () => {
  it('shows the first and says how many there are beyond', () => {
    const { files, folded, untold } = shownFiles(grey('warn', 75, 50), 6)
    expect(files.map(({ number, file }) => [number, file.name]).at(-1)).toEqual([5, '5.jpg'])
    expect({ folded, untold }).toEqual({ folded: 44, untold: 25 })
  })

  it('hides nothing of a few', () => {
    expect(shownFiles(grey('warn', 3), 6)).toMatchObject({ folded: 0, untold: 0 })
  })
})
