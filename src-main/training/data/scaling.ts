/** From a file to a training picture: upright, sRGB, 8 bits, scaled as the training asks (bicubic, as the paper). */
import { basename } from 'node:path'
import { Failure } from '../../contract/errors.ts'
import { decodePhoto } from '../../photos/decode.ts'
import { decodeFailure, throwIfCancelled } from '../../photos/failures.ts'
import { inspectPhoto } from '../../photos/inspect.ts'
import { loadSharp } from '../../photos/sharp.ts'
import { taggedTiff } from '../../photos/tagged-tiff.ts'

/**
 * How pictures are scaled before they are cut into crops; the aspect is kept, smaller ones are enlarged.
 * `short-side`: the shorter side becomes `pixels` (the paper: 286 for crops of 256). `width`: the width does, for
 * photos that shall keep more than a square's worth of what they show.
 */
export interface Scaling {
  readonly kind: 'short-side' | 'width'
  readonly pixels: number
}

export interface Size {
  readonly width: number
  readonly height: number
}

/** RGB rows (HWC), 8 bits. */
export interface Picture extends Size {
  readonly data: Uint8Array
}

/** A scaled picture, and the size that it had in its file (upright). */
export interface ScaledPicture extends Picture {
  readonly original: Size
}

/** Decoded first at this many times the wanted size, so that a large photo is never held whole. */
const decodedAt = 2
/** A picture of 1 × 10,000 pixels must not become one of 286 × 2,860,000. */
const maxScaledPixels = 64e6

export function scaledSize({ width, height }: Size, { kind, pixels }: Scaling): Size {
  const factor = pixels / (kind === 'width' ? width : Math.min(width, height))
  const scaled = (side: number): number => Math.max(1, Math.round(side * factor))
  return { width: scaled(width), height: scaled(height) }
}

/**
 * Reads and scales one picture, by Catmull-Rom as PIL's bicubic does (libvips sets an enlarged picture half a pixel
 * aside, of which random crops notice nothing). Grey becomes RGB; what is transparent is shown on white, as in a JPEG. Throws `Failure`
 * as `decodePhoto` does, and `picture-too-large` where the scaled picture would be.
 */
export async function scalePhoto(
  path: string,
  scaling: Scaling,
  signal?: AbortSignal,
): Promise<ScaledPicture> {
  const info = await inspectPhoto(path, signal)
  const size = scaledSize(info, scaling)
  if (size.width * size.height > maxScaledPixels)
    throw new Failure(
      'picture-too-large',
      basename(path),
      `${size.width} × ${size.height} pixels when scaled`,
    )
  const pixels = await decodePhoto(path, {
    longSide: decodedAt * Math.max(size.width, size.height),
    ...(signal && { signal }),
  })
  try {
    const sharp = await loadSharp()
    const { data, info: scaled } = await sharp(taggedTiff(pixels, undefined), { limitInputPixels: false })
      .flatten({ background: '#fff' })
      .resize({ ...size, fit: 'fill', kernel: 'cubic' })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
    if (scaled.channels !== 3) throw new Error(`${scaled.channels} channels instead of three colours`)
    throwIfCancelled(signal, path)
    const { width, height } = info
    return { ...size, data: new Uint8Array(data), original: { width, height } }
  } catch (thrown) {
    throw decodeFailure(thrown, path, false)
  }
}
