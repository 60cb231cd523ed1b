/** Which pictures there are: told by their first bytes when opened, by their names when a folder is scanned. */

import fileTypes from './file-types.json'

export type PhotoFormat = 'jpeg' | 'png' | 'webp' | 'tiff' | 'avif' | 'heic' | 'gif'
export type OutputFormat = 'jpeg' | 'png' | 'webp' | 'tiff' | 'avif'

/** What a file's first bytes say: a picture we read, one we know of and do not read, or no picture at all. */
export type Signature =
  | { readonly kind: 'photo'; readonly format: PhotoFormat }
  | { readonly kind: 'unsupported'; readonly name: string }
  | { readonly kind: 'unknown' }

/** How many first bytes `readSignature` wants to see. */
export const signatureBytes = 64

/** The packages tell the system of the same list, so that it offers Solstice for these files. */
export const photoExtensions: ReadonlySet<string> = new Set(fileTypes.flatMap(({ extensions }) => extensions))

/** Camera raw files that begin like a TIFF; a TIFF reader would find their small preview and take it for the photo. */
const rawExtensions: ReadonlySet<string> = new Set([
  ...['3fr', 'arw', 'cr2', 'dcr', 'dng', 'erf', 'fff', 'iiq', 'kdc', 'mef', 'mos'],
  ...['nef', 'nrw', 'pef', 'sr2', 'srf', 'srw'],
])

/** ISO base media brands (ISO/IEC 23008-12, AVIF 1.1) and what they hold. */
const brands: ReadonlyMap<string, PhotoFormat> = new Map([
  ['avif', 'avif'],
  ['avis', 'avif'],
  ['heic', 'heic'],
  ['heix', 'heic'],
  ['heim', 'heic'],
  ['heis', 'heic'],
  ['hevc', 'heic'],
  ['hevx', 'heic'],
])

const unsupportedMagics: readonly (readonly [magic: string, name: string])[] = [
  ['8BPS', 'Photoshop document'],
  ['\x00\x00\x00\x0cJXL ', 'JPEG XL'],
  ['\xff\x0a', 'JPEG XL'],
  ['\x00\x00\x00\x0cjP  ', 'JPEG 2000'],
  ['\xff\x4f\xff\x51', 'JPEG 2000'],
  ['\x76\x2f\x31\x01', 'OpenEXR'],
  ['FUJIFILMCCD-RAW', 'camera raw'],
  ['IIRO', 'camera raw'],
  ['IIU\x00', 'camera raw'],
  ['<svg', 'SVG'],
]

const photo = (format: PhotoFormat): Signature => ({ kind: 'photo', format })
const unsupported = (name: string): Signature => ({ kind: 'unsupported', name })

/** `head`: the file's first bytes, up to `signatureBytes`. `name` only tells raw files from TIFF. */
export function readSignature(head: Uint8Array, name: string): Signature {
  const text = Buffer.from(head).toString('latin1')
  if (text.startsWith('\xff\xd8\xff')) return photo('jpeg')
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return photo('png')
  if (text.startsWith('RIFF') && text.startsWith('WEBP', 8)) return photo('webp')
  if (text.startsWith('GIF87a') || text.startsWith('GIF89a')) return photo('gif')
  if (/^(?:II[\x2a\x2b]\x00|MM\x00[\x2a\x2b])/.test(text)) {
    const isRaw = text.startsWith('CR', 8) || rawExtensions.has(extensionOf(name))
    return isRaw ? unsupported('camera raw') : photo('tiff')
  }
  if (text.startsWith('ftyp', 4)) return readBrands(text)
  if (/^BM.{4}\x00{4}/s.test(text)) return unsupported('BMP')
  const known = unsupportedMagics.find(([magic]) => text.startsWith(magic))
  return known === undefined ? { kind: 'unknown' } : unsupported(known[1])
}

/** The major brand decides; `mif1` and `msf1` say only "some picture", and the compatible ones tell which. */
function readBrands(text: string): Signature {
  const length = Math.min(text.length, Buffer.from(text.slice(0, 4), 'latin1').readUInt32BE(0))
  const major = text.slice(8, 12)
  if (major === 'crx ') return unsupported('camera raw')
  const format = brands.get(major)
  if (format !== undefined) return photo(format)
  for (let at = 16; at + 4 <= length; at += 4) {
    const compatible = brands.get(text.slice(at, at + 4))
    if (compatible !== undefined) return photo(compatible)
  }
  return { kind: 'unknown' }
}

/** The format that "the same as the source" means when writing: HEIC becomes JPEG and GIF becomes PNG. */
export function outputFormatFor(format: PhotoFormat): OutputFormat {
  if (format === 'heic') return 'jpeg'
  if (format === 'gif') return 'png'
  return format
}

/** Whether a folder scan should take this file name for a photo; hidden files (and `._` twins) are none. */
export function isPhotoName(name: string): boolean {
  return !name.startsWith('.') && photoExtensions.has(extensionOf(name))
}

function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.')
  return dot < 0 ? '' : name.slice(dot + 1).toLowerCase()
}
