/** How a picture is written: what each of the five formats lets one choose. */
import type { OutputFormat } from './formats.ts'

/** `same`: as deep as the picture. */
export type OutputDepth = 'same' | '8' | '16'

/** `quality` is 1…100. What is not given is as `defaultQuality` and the comments say. */
export type Encoding =
  | {
      readonly format: 'jpeg'
      readonly quality?: number | undefined
      /** Colours at full or at half resolution; by the quality when not given. */
      readonly chroma?: '4:4:4' | '4:2:0' | undefined
      readonly progressive?: boolean | undefined
    }
  | { readonly format: 'png'; readonly depth?: OutputDepth | undefined }
  | {
      readonly format: 'webp' | 'avif'
      readonly quality?: number | undefined
      /** Samples as they are, to 8 bits; then the quality counts for nothing. */
      readonly lossless?: boolean | undefined
    }
  | {
      readonly format: 'tiff'
      readonly depth?: OutputDepth | undefined
      /** `deflate` when not given; none of them loses anything. */
      readonly compression?: 'deflate' | 'lzw' | 'none' | undefined
    }

/** Where artefacts are hard to see at full size. */
export const defaultQuality = { jpeg: 92, webp: 90, avif: 65 } as const

/** A format with nothing chosen but the quality, which PNG and TIFF do not need. */
export function simpleEncoding(format: OutputFormat, quality?: number): Encoding {
  return format === 'png' || format === 'tiff' ? { format } : { format, quality }
}

/** Bits a sample that a picture of `depth` bits is written with. */
export function writtenDepth(encoding: Encoding, depth: 8 | 16): 8 | 16 {
  if (encoding.format !== 'png' && encoding.format !== 'tiff') return 8
  const chosen = encoding.depth ?? 'same'
  return chosen === 'same' ? depth : chosen === '16' ? 16 : 8
}
