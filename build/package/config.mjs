/**
 * What a package is, for electron-builder: what goes in, what stays outside the archive, and how it is closed.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { root } from '../setup/paths.mjs'

/** @import { Configuration } from 'electron-builder' */

/** @type {{ name: string, mimeType: string, extensions: string[] }[]} */
const photoTypes = JSON.parse(readFileSync(join(root, 'src-main/photos/file-types.json'), 'utf8'))

/** Beside them lie Windows' and macOS' own; only what computes on the platform that is packaged goes in. */
const onnxRuntime = 'node_modules/onnxruntime-node'

/**
 * @typedef {object} PackageOptions
 * @property {string} output the folder for all that is made
 * @property {{ folder: string, version: string }} electron the Electron to take
 * @property {readonly string[]} leftOut packages of node_modules that the running program does without, by path
 * @property {string | null} updateFeed where the packaged program looks for new versions; null leaves that out
 */

/**
 * @param {PackageOptions} options
 * @returns {Configuration}
 */
export function packageConfiguration({ output, electron, leftOut, updateFeed }) {
  return {
    appId: 'app.solstice',
    productName: 'Solstice',
    copyright: 'The Solstice developers. MIT license.',
    directories: { output, buildResources: join(root, 'build') },
    electronDist: electron.folder,
    electronVersion: electron.version,
    // Native modules come built for every Node-API version that we run on.
    npmRebuild: false,
    files: [
      'package.json',
      'LICENSE',
      'out/{licences,main,preload,renderer}/**',
      // Of use to those who develop, in all that goes in.
      '!**/*.{map,ts,mts,cts}',
      'models/**',
      'samples/**',
      'build/exiftool/**',
      'build/icons/icon.png',
      `!${onnxRuntime}/bin/napi-v*/!(\${platform})/**`,
      `!${onnxRuntime}/bin/napi-v*/\${platform}/!(\${arch})/**`,
      '!node_modules/zod/src/**',
      '!node_modules/libheif-js/libheif/**',
      '!node_modules/@tensorflow/**',
      ...leftOut.map((path) => `!${path}/**`),
    ],
    asar: true,
    asarUnpack: [
      '**/*.{node,dll,dylib,so,so.*}',
      // Perl and other programs read these; the archive is Electron's alone.
      'node_modules/exiftool-vendored.*/**',
      // Under the LGPL: the user may put another in its place.
      'node_modules/libheif-js/**',
      'build/exiftool/**',
      'models/**',
      'samples/**',
    ],
    electronLanguages: ['en-US', 'ru'],
    electronFuses: {
      runAsNode: false,
      enableCookieEncryption: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      loadBrowserProcessSpecificV8Snapshot: false,
      grantFileProtocolExtraPrivileges: false,
    },
    fileAssociations: photoTypes.map(({ name, mimeType, extensions }) => ({
      ...{ name, mimeType, ext: extensions },
      role: 'Viewer',
      // Offered under "Open with"; nobody's usual viewer is replaced.
      rank: 'Alternate',
    })),
    publish: updateFeed === null ? null : { provider: 'generic', url: updateFeed },
    artifactName: '${name}-${version}-${os}-${arch}.${ext}',
    icon: 'icons/icon.png',
    win: { target: 'nsis' },
    nsis: { oneClick: false, allowToChangeInstallationDirectory: true },
    mac: { target: ['dmg', 'zip'], category: 'public.app-category.photography' },
    linux: {
      target: ['AppImage', 'deb', 'tar.gz', 'zip'],
      category: 'Graphics',
      maintainer: 'The Solstice developers',
      synopsis: 'Turns summer photos into winter ones and back, offline',
      executableName: 'solstice',
    },
  }
}
