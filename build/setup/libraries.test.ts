/** What set-up does about system libraries, on each kind of system. */
import { describe, expect, it } from 'vitest'

import { installedPackages, missingPackages, plan, unresolvedLibraries } from './libraries.mjs'

describe('plan', () => {
  const packages = ['perl', 'libnss3']

  it('installs as root on Debian', () => {
    expect(plan({ debian: true, root: true, packages, libraries: [] })).toEqual({ kind: 'install', packages })
  })

  it('names the exact command to others on Debian', () => {
    expect(plan({ debian: true, root: false, packages, libraries: [] })).toEqual({
      kind: 'command',
      command: 'sudo apt-get install perl libnss3',
    })
  })

  it('names the libraries on other systems, root or not', () => {
    const libraries = ['libnss3.so']
    expect(plan({ debian: false, root: true, packages: [], libraries })).toEqual({
      kind: 'libraries',
      libraries,
    })
  })

  it('does nothing where nothing is missing', () => {
    expect(plan({ debian: true, root: true, packages: [], libraries: [] })).toEqual({ kind: 'nothing' })
    expect(plan({ debian: false, root: false, packages: [], libraries: [] })).toEqual({ kind: 'nothing' })
  })
})

describe('missingPackages', () => {
  it('takes a package under its newer name for installed', () => {
    expect(missingPackages(['libgtk-3-0', 'perl'], new Set(['libgtk-3-0t64', 'perl']))).toEqual([])
  })

  it('asks for the newer name only where apt does not know the older', () => {
    const wanted = ['libasound2', 'libnss3', 'libgtk-3-0']
    const available = new Set(['libasound2t64', 'libnss3', 'libgtk-3-0', 'libgtk-3-0t64'])
    expect(missingPackages(wanted, new Set(), available)).toEqual(['libasound2t64', 'libnss3', 'libgtk-3-0'])
  })
})

describe('what the tools print', () => {
  it('reads dpkg-query: a removed package with its settings left is not installed', () => {
    const output = 'installed perl\nconfig-files xvfb\nnot-installed libnss3\ninstalled libgtk-3-0t64\n'
    expect(installedPackages(output)).toEqual(new Set(['perl', 'libgtk-3-0t64']))
  })

  it('reads ldd', () => {
    const output = [
      '\tlinux-vdso.so.1 (0x00007ffd)',
      '\tlibffmpeg.so => /opt/electron/libffmpeg.so (0x00007f)',
      '\tlibnss3.so => not found',
      '\tlibgtk-3.so.0 => not found',
    ].join('\n')
    expect(unresolvedLibraries(output)).toEqual(['libnss3.so', 'libgtk-3.so.0'])
  })
})
