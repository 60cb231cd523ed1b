/** The build's plugin: which packages are in what it makes, and with the last part the licences of everything. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

import { noteBundled } from './bundled.mjs'

/** @import { Plugin } from 'vite' */

/**
 * Notes which packages are in a part of the build. The window's part is built last: with it the licences of
 * everything and the bill of materials are written, and the build fails where one is missing.
 * @param {'main' | 'preload' | 'renderer'} part
 * @param {string} root
 * @returns {Plugin}
 */
export function collectLicences(part, root) {
  return {
    name: 'solstice-licences',
    apply: 'build',
    generateBundle(_, output) {
      const chunks = Object.values(output).filter((file) => file.type === 'chunk')
      // Beside the programs the main part has what only tests and benchmarks need.
      const shipped = chunks.filter(({ fileName }) => !fileName.startsWith('test/'))
      noteBundled(
        root,
        part,
        shipped.flatMap(({ moduleIds }) => moduleIds),
      )
    },
    async closeBundle() {
      if (part !== 'renderer') return
      // By its address: what the build's configuration imports is bundled with it, and no longer knows where it lies.
      const file = pathToFileURL(join(root, 'build/licences/write.mjs')).href
      /** @type {typeof import('./write.mjs')} */
      const { writeLicences } = await import(file)
      await writeLicences({ root })
    },
  }
}
