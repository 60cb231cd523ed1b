import { describe, expect, it } from 'vitest'
import { localeSchema } from './schemas.ts'
import { findingSchema, severitySchema, type Finding, type FindingKind } from './training-findings.ts'
import { findingText } from './training-findings-text.ts'

const common = { severity: 'warn' as const, count: 0, files: [] }

/** One of each kind; the compiler sees that none is missing. */
const samples: { readonly [Kind in FindingKind]: Extract<Finding, { kind: Kind }> } = {
  'no-pictures': { ...common, kind: 'no-pictures', side: 'a', numbers: {} },
  unreadable: { ...common, kind: 'unreadable', side: 'b', numbers: { unreadable: 3, pictures: 1204 } },
  'smaller-than-crop': {
    ...common,
    kind: 'smaller-than-crop',
    side: 'a',
    numbers: { smaller: 2, pictures: 50, crop: 256 },
  },
  enlarged: {
    ...common,
    kind: 'enlarged',
    side: 'a',
    numbers: { enlarged: 21, pictures: 50, factor: 3.5714 },
  },
  copies: { ...common, kind: 'copies', side: 'b', numbers: { copies: 60, exact: 54, different: 902 } },
  'in-both-folders': {
    ...common,
    kind: 'in-both-folders',
    side: null,
    numbers: { shared: 14, exact: 0, share: 0.0155 },
  },
  'too-few': { ...common, kind: 'too-few', side: 'a', numbers: { different: 24, wanted: 300 } },
  'some-grey': { ...common, kind: 'some-grey', side: 'a', numbers: { grey: 5, pictures: 900 } },
  'grey-against-colour': {
    ...common,
    kind: 'grey-against-colour',
    side: null,
    numbers: { greyA: 0.02, greyB: 1 },
  },
  'brightness-tells': {
    ...common,
    kind: 'brightness-tells',
    side: null,
    numbers: { told: 0.998, brightnessA: 0.49, brightnessB: 0.21 },
  },
  'colour-tells': { ...common, kind: 'colour-tells', side: null, numbers: { told: 0.987 } },
  'hard-to-tell': { ...common, kind: 'hard-to-tell', side: null, numbers: { told: 0.52 } },
}

const all = Object.values(samples).flatMap((sample): Finding[] =>
  severitySchema.options.map((severity) => ({ ...sample, severity })),
)

describe('findings', () => {
  it.each(all.map((finding) => [finding.kind, finding.severity, finding] as const))(
    '%s (%s) passes the schema and says in each language what is wrong and what to do',
    (_kind, _severity, finding) => {
      expect(findingSchema.parse(structuredClone(finding))).toEqual(finding)
      for (const locale of localeSchema.options) {
        const { problem, advice } = findingText(finding, locale)
        for (const text of [problem, advice]) {
          expect(text).toMatch(/^[A-ZА-Я0-9].*\.$/)
          expect(text).not.toMatch(/undefined|NaN|null|\[object|\{|\$/)
          if (locale === 'en') expect(text).not.toMatch(/[а-я]/i)
          else expect(text).not.toMatch(/\b(?:folder|picture|is|are)\b/i)
        }
      }
    },
  )

  it('agree in number with what they count', () => {
    const copies = (count: number) => ({
      ...samples.copies,
      numbers: { copies: count, exact: 0, different: 40 },
    })
    const problems = (count: number) =>
      localeSchema.options.map((locale) => findingText(copies(count), locale).problem)
    expect(problems(1)).toEqual([
      'Folder B: 1 picture is nearly the same as another one; that leaves 40.',
      'Папка B: почти одинаковых с другими — 1 снимок; без них остаётся 40.',
    ])
    expect(problems(22)[0]).toContain('22 pictures are')
    expect(problems(22)[1]).toContain('22 снимка')
    expect(problems(25)[1]).toContain('25 снимков')
  })

  it('say which folder is the darker one, and which the grey one', () => {
    const turned: Finding = {
      ...samples['brightness-tells'],
      numbers: { told: 0.96, brightnessA: 0.2, brightnessB: 0.6 },
    }
    expect(findingText(samples['brightness-tells'], 'en').problem).toMatch(
      /^Folder B is so much darker.*99 of 100/,
    )
    expect(findingText(turned, 'en').problem).toMatch(/^Folder A is so much darker/)
    expect(findingText(samples['grey-against-colour'], 'en').problem).toMatch(/^Folder B is black and white/)
  })
})
