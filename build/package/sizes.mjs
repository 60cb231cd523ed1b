/** What an unpacked program is made of, part by part. */
import { readdirSync, statSync } from 'node:fs'
import { join, relative, sep } from 'node:path'

import { getRawHeader } from '@electron/asar'

/** The first that fits a file's path names its part. */
const parts = /** @type {const} */ ([
  ['ONNX Runtime: what computes', /node_modules\/onnxruntime-/],
  ['sharp and libvips: photos read and written', /node_modules\/(@img\/|sharp\/)/],
  ['ExifTool: metadata', /node_modules\/(exiftool-vendored|batch-cluster|luxon)/],
  ['libheif: HEIC', /node_modules\/libheif-js/],
  ['other packages', /node_modules\//],
  ['the styles', /(^|\/)models\//],
  ['sample photos', /(^|\/)samples\//],
  ['Solstice itself', /resources\//],
  ['licences', /LICENSE/],
  ['Chromium: languages, ICU, images', /(locales\/|\.pak$|icudtl\.dat$)/],
  [
    'Chromium: graphics (GLES, Vulkan, SwiftShader)',
    /(libEGL|libGLESv2|vulkan|swiftshader|d3dcompiler|dxil|dxcompiler)/,
  ],
  ['Electron: Chromium, Node.js, V8', /./],
])

/**
 * The parts of the program in a folder, the largest first; bytes of the files themselves.
 * @param {string} folder
 * @returns {{ part: string, bytes: number }[]}
 */
export function sizesOf(folder) {
  /** @type {Map<string, number>} */
  const sizes = new Map()
  for (const [path, bytes] of filesOf(folder)) {
    const part = parts.find(([, pattern]) => pattern.test(path))?.[0] ?? path
    sizes.set(part, (sizes.get(part) ?? 0) + bytes)
  }
  return [...sizes].map(([part, bytes]) => ({ part, bytes })).sort((a, b) => b.bytes - a.bytes)
}

/**
 * Every file with its size, the archive's own in its place.
 * @param {string} folder
 * @returns {Generator<[string, number]>}
 */
function* filesOf(folder) {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const file = join(entry.parentPath, entry.name)
    const path = relative(folder, file).split(sep).join('/')
    if (entry.name === 'app.asar') yield* archivedIn(getRawHeader(file).header, path)
    else yield [path, statSync(file).size]
  }
}

/**
 * @typedef {{ files?: Record<string, Archived>, size?: number, unpacked?: boolean }} Archived
 * @param {Archived} entry
 * @param {string} path
 * @returns {Generator<[string, number]>}
 */
function* archivedIn({ files, size, unpacked }, path) {
  if (files === undefined) {
    if (!unpacked && size !== undefined) yield [path, size]
    return
  }
  for (const [name, entry] of Object.entries(files)) yield* archivedIn(entry, `${path}/${name}`)
}
