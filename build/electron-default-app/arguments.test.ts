/** The command lines that `electron`, Playwright and a user's shell make. */
import { describe, expect, it } from 'vitest'

import { readArguments } from './arguments.mjs'

describe('readArguments', () => {
  it('passes over switches', () => {
    expect(readArguments(['--no-sandbox', '--user-data-dir=/a b', '/app'])).toEqual({
      modules: [],
      app: '/app',
    })
  })

  it("collects modules before the app, and leaves the app's own arguments alone", () => {
    const args = [
      '-r',
      '/loader.js',
      '--inspect=0',
      '--require',
      '/second.js',
      '.',
      '-r',
      '/not-ours.js',
      'photo.jpg',
    ]
    expect(readArguments(args)).toEqual({ modules: ['/loader.js', '/second.js'], app: '.' })
  })

  it('takes --app=FOLDER, with an equals sign in its name', () => {
    expect(readArguments(['--app=/a=b', '/other'])).toEqual({ modules: [], app: '/a=b' })
  })

  it('finds no app where there is none', () => {
    expect(readArguments(['--no-sandbox'])).toEqual({ modules: [], app: null })
  })

  it('refuses -r without a file', () => {
    expect(() => readArguments(['-r'])).toThrow('-r needs the name of a file')
  })
})
