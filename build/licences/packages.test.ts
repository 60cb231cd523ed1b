import { describe, expect, it } from 'vitest'
import { root } from '../setup/paths.mjs'
import { copyrightLines, lockedPackages, runtimePackages } from './packages.mjs'

/** A program that needs a and native; both need different versions of shared. */
const lock = {
  '': { dependencies: { a: '1', native: '1' }, optionalDependencies: { gpu: '1' } },
  'node_modules/a': {
    version: '1.0.0',
    dependencies: { shared: '1' },
    peerDependencies: { friend: '1', stranger: '1' },
    peerDependenciesMeta: { stranger: { optional: true } },
  },
  'node_modules/a/node_modules/shared': { version: '1.0.0', dependencies: { deep: '1' } },
  'node_modules/deep': { version: '1.0.0', dependencies: { a: '1' } },
  'node_modules/friend': { version: '1.0.0' },
  'node_modules/gpu': { version: '1.0.0' },
  'node_modules/native': {
    version: '1.0.0',
    dependencies: { shared: '2' },
    optionalDependencies: {
      'native-linux': '1',
      'native-musl': '1',
      'native-mac': '1',
      'not-windows': '1',
      gone: '1',
    },
  },
  'node_modules/native-linux': { version: '1.0.0', os: ['linux'], cpu: ['x64'], libc: ['glibc'] },
  'node_modules/native-mac': { version: '1.0.0', os: ['darwin'], cpu: ['arm64'] },
  'node_modules/native-musl': { version: '1.0.0', os: ['linux'], cpu: ['x64'], libc: ['musl'] },
  'node_modules/not-windows': { version: '1.0.0', os: ['!win32'] },
  'node_modules/shared': { version: '2.0.0' },
  'node_modules/stranger': { version: '1.0.0' },
  'node_modules/tool': { version: '1.0.0' },
}

const everywhere = [
  'node_modules/a',
  'node_modules/a/node_modules/shared',
  'node_modules/deep',
  'node_modules/friend',
  'node_modules/native',
  'node_modules/shared',
]

describe('what is packaged', () => {
  it.each([
    ['linux', 'x64', ['node_modules/native-linux', 'node_modules/not-windows']],
    ['darwin', 'arm64', ['node_modules/native-mac', 'node_modules/not-windows']],
    ['win32', 'x64', []],
  ])('on %s %s: what dependencies need, and their parts for that system', (platform, arch, native) => {
    expect(runtimePackages(lock, { platform, arch })).toEqual([...everywhere, ...native].sort())
  })

  it('loses with a package that is left out what nothing else needs', () => {
    const target = { platform: 'win32', arch: 'x64' }
    expect(runtimePackages(lock, target, ['a'])).toEqual(['node_modules/native', 'node_modules/shared'])
    const kept = everywhere.filter((path) => path !== 'node_modules/deep')
    expect(runtimePackages(lock, target, ['deep'])).toEqual(kept)
  })

  it('of Solstice: metadata by Perl or by its Windows program, never both; TensorFlow and tools never', () => {
    const locked = lockedPackages(root)
    const on = (platform: string) => runtimePackages(locked, { platform, arch: 'x64' })
    const windows = ['node_modules/exiftool-vendored.exe', 'node_modules/@img/sharp-win32-x64']
    const linux = ['node_modules/exiftool-vendored.pl', 'node_modules/@img/sharp-libvips-linux-x64']
    expect(on('win32')).toEqual(expect.arrayContaining(windows))
    expect(on('linux')).toEqual(expect.arrayContaining(linux))
    expect(on('win32')).not.toEqual(expect.arrayContaining(linux.slice(0, 1)))
    expect(on('linux')).not.toEqual(expect.arrayContaining(windows.slice(0, 1)))
    for (const path of [...on('linux'), ...on('win32')]) {
      expect(path).not.toMatch(/tensorflow|vite|playwright|typescript/)
    }
  })
})

describe('copyright lines', () => {
  it('are those that claim one, not the licence’s own talk', () => {
    const text = [
      'MIT License',
      'Copyright (c) Sindre Sorhus <mail> (https://sindre.example)',
      '  * Copyright 2019 JS Foundation and other contributors',
      'Copyright (c) 2016-2025 [Svelte Contributors](https://example.org)',
      '© 2009 by Kornel',
      'Copyright (c) <year> <copyright holders>',
      'Copyright [yyyy] [name of copyright owner]',
      'copyright notice and this permission notice shall be included',
      'COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM',
      'The above copyright notice',
    ].join('\n')
    expect(copyrightLines(text)).toEqual([
      'Copyright (c) Sindre Sorhus <mail> (https://sindre.example)',
      'Copyright 2019 JS Foundation and other contributors',
      'Copyright (c) 2016-2025 Svelte Contributors',
      '© 2009 by Kornel',
    ])
  })
})
