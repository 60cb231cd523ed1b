import { describe, expect, it } from 'vitest'
import { bridgeCalls, bridgeEvents } from './channels.ts'
import { calls, events } from './contract.ts'
import { errorReport, errorSentence } from './error-text.ts'
import { errorCodes, Failure, failureSchema } from './errors.ts'
import { photoUrl, pictureKinds } from './pictures.ts'
import { localeSchema } from './schemas.ts'

describe('contract', () => {
  it('lets every call through the bridge but those that name paths', () => {
    const withPaths = ['library.add', 'training.addFolder', 'export.addSources', 'evaluation.addFolder']
    const withoutPaths = Object.keys(calls).filter((name) => !withPaths.includes(name))
    expect(bridgeCalls.toSorted()).toEqual(withoutPaths.toSorted())
    expect(bridgeEvents.toSorted()).toEqual(Object.keys(events).toSorted())
  })

  it.each([
    ['library.remove', { ids: ['../../etc/passwd'] }],
    ['library.remove', { ids: ['short'] }],
    ['library.add', { paths: [''] }],
    ['conversions.start', { photoIds: [], modelId: 'summer-winter', direction: 'AtoB' }],
    ['conversions.start', { photoIds: ['abcdefgh12'], modelId: '../summer', direction: 'AtoB' }],
    ['conversions.start', { photoIds: ['abcdefgh12'], modelId: 'summer-winter', direction: 'sideways' }],
    ['results.save', { conversionId: 'abcdefgh12', strength: 1.01 }],
    ['results.save', { conversionId: 'abcdefgh12', strength: Number.NaN }],
    ['settings.set', { theme: 'pink' }],
    ['settings.set', { saveQuality: 0 }],
  ] as const)('refuses %s with %j', (name, args) => {
    expect(calls[name].args.safeParse(args).success).toBe(false)
  })

  it('names pictures by kind and id, never by path', () => {
    for (const kind of pictureKinds) {
      const { protocol, hostname, pathname } = new URL(photoUrl(kind, 'abcdefgh12'))
      expect([protocol, hostname, pathname]).toEqual(['photo:', kind, '/abcdefgh12'])
    }
  })
})

describe('failures', () => {
  const named = { subject: 'sunset $& $1 {0}.jpg', detail: 'ends after 10 bytes' }

  it.each(errorCodes)('%s has a sentence in each language', (code) => {
    for (const locale of localeSchema.options) {
      const sentence = errorSentence({ code, ...named }, locale)
      expect(sentence).toMatch(/\.$|\?$/)
      // A name is shown as it is, whatever characters it has.
      if (code !== 'bad-request') expect(sentence).toContain(named.subject)
      expect(errorReport({ code, ...named }, locale)).toContain('(ends after 10 bytes)')
      expect(errorSentence({ code }, locale)).not.toContain('{0}')
    }
  })

  it('survive the way over a process border', () => {
    const failure = new Failure('picture-truncated', 'a.jpg', 'reason')
    const copy = Failure.fromData(failureSchema.parse(structuredClone(failure.toData())))
    expect(copy.toData()).toEqual(failure.toData())
  })

  it('tell aborts and defects apart', () => {
    expect(Failure.from(new DOMException('stop', 'AbortError'), 'a.jpg').code).toBe('cancelled')
    expect(Failure.from(new TypeError('x is undefined'), 'a.jpg')).toMatchObject({
      code: 'internal',
      detail: 'x is undefined',
    })
    expect(Failure.from('a string').code).toBe('internal')
  })
})
