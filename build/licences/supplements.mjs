/** What some packages leave out: their licence's text, or what else they have in them. */
import { join } from 'node:path'

import * as notes from './notes.mjs'
import { readText } from './packages.mjs'
import { standardText } from './spdx.mjs'

/** @import { Note } from './notes.mjs' */
/**
 * @typedef {{ name: string, version: string | null, licence: string, copyright: readonly string[], homepage: string, note?: Note, text?: () => string }} Part
 * @typedef {{ version?: string, texts?: () => string[], note?: Note, parts?: (version: string, platform: string) => Part[] }} Supplement
 */

const texts = join(import.meta.dirname, 'texts')

/** ONNX Runtime's own files, from its package for Python; npm's has none. The libraries inside are in the notices. */
const onnxRuntime = {
  version: '1.30.0',
  texts: () =>
    ['LICENSE.txt', 'ThirdPartyNotices.txt'].map((name) => readText(join(texts, 'onnxruntime-1.30.0', name))),
}

/** @type {(version: string) => Part[]} */
const exiftool = (version) => [
  {
    name: 'ExifTool',
    version,
    licence: 'Artistic-1.0-Perl OR GPL-1.0-or-later',
    copyright: ['Copyright 2003-2026 Phil Harvey'],
    homepage: 'https://exiftool.org',
    note: notes.ownProcess,
  },
]

/**
 * Microsoft's libraries beside ONNX Runtime on Windows. Their terms come with Microsoft's own packages, which npm does
 * not have: where they stand is said here; a release for Windows should have them word for word.
 * @type {(version: string, platform: string) => Part[]}
 */
const microsoftLibraries = (_, platform) =>
  platform !== 'win32'
    ? []
    : [
        { name: 'DirectML', file: 'DirectML.dll', source: 'nuget.org/packages/Microsoft.AI.DirectML' },
        {
          name: 'DirectX Shader Compiler',
          file: 'dxcompiler.dll and dxil.dll',
          source: 'github.com/microsoft/DirectXShaderCompiler',
        },
      ].map(({ name, file, source }) => ({
        name,
        version: null,
        licence: 'LicenseRef-Microsoft-redistributable',
        copyright: ['Copyright (c) Microsoft Corporation'],
        homepage: `https://${source}`,
        text: () => `${file}, unchanged as Microsoft ships them with ONNX Runtime. Their terms: ${source}`,
      }))

/**
 * By package. With `version` it holds for that version alone: another one must be looked at.
 * @type {Readonly<Record<string, Supplement>>}
 */
export const supplements = {
  'onnxruntime-node': { ...onnxRuntime, parts: microsoftLibraries },
  'onnxruntime-common': { version: onnxRuntime.version, texts: () => onnxRuntime.texts().slice(0, 1) },
  'exiftool-vendored.pl': { parts: exiftool },
  'exiftool-vendored.exe': {
    parts: (version) => [
      ...exiftool(version),
      {
        name: 'Perl',
        version: null,
        licence: 'Artistic-1.0-Perl OR GPL-1.0-or-later',
        copyright: ['Copyright 1987-2026 Larry Wall and others'],
        homepage: 'https://www.perl.org',
      },
    ],
  },
  // Says MIT and its author in its package.json, and has no file with the text.
  'lazy-val': {
    version: '1.0.5',
    texts: () => [`Copyright (c) Vladimir Krivosheev\n\n${standardText('MIT')}`],
  },
  'libheif-js': {
    note: notes.replaceable,
    parts: (version) => [
      {
        name: 'libheif',
        version,
        licence: 'LGPL-3.0-or-later',
        copyright: ['Copyright (c) 2017-2025 Dirk Farin and struktur AG'],
        homepage: 'https://github.com/strukturag/libheif',
        note: notes.replaceable,
      },
      {
        name: 'libde265',
        version: null,
        licence: 'LGPL-3.0-or-later',
        copyright: ['Copyright (c) 2013-2025 struktur AG and Dirk Farin'],
        homepage: 'https://github.com/strukturag/libde265',
        note: notes.replaceable,
      },
    ],
  },
}
