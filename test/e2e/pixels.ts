/** Pictures on the screen as numbers. */
import type { Locator, Page } from '@playwright/test'
import sharp from 'sharp'

export interface Bitmap {
  readonly width: number
  readonly height: number
  /** RGB, 8 bit, rows from the top. */
  readonly data: Buffer
}

interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** A picture file, turned upright, without its alpha. */
export async function bitmapOf(file: string | Buffer): Promise<Bitmap> {
  const picture = sharp(file).autoOrient().toColourspace('srgb').flatten()
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, data }
}

/** A part of a picture. */
export async function cut({ width, height, data }: Bitmap, box: Box): Promise<Bitmap> {
  const part = await sharp(data, { raw: { width, height, channels: 3 } })
    .extract({ left: box.x, top: box.y, width: box.width, height: box.height })
    .raw()
    .toBuffer()
  return { width: box.width, height: box.height, data: part }
}

/** Small enough that neither the filter nor half a pixel of displacement matters, only what is in the picture. */
export async function coarse({ width, height, data }: Bitmap): Promise<Bitmap> {
  const small = { width: 64, height: 48 }
  const picture = sharp(data, { raw: { width, height, channels: 3 } })
  return { ...small, data: await picture.resize(small.width, small.height, { fit: 'fill' }).raw().toBuffer() }
}

/** The mean difference of a channel, 0…255. */
export function difference(a: Bitmap, b: Bitmap): number {
  if (a.width !== b.width || a.height !== b.height) throw new Error('Pictures of different sizes')
  let sum = 0
  for (let at = 0; at < a.data.length; at++) sum += Math.abs((a.data[at] ?? 0) - (b.data[at] ?? 0))
  return sum / a.data.length
}

/** How far the channels' values are spread around their mean; 0 for a plain area. */
export function spread({ data }: Bitmap): number {
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length
  return Math.sqrt(data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length)
}

/** Where a picture lies in the window, in whole pixels within its edges; pictures of one size get places of one size. */
export async function placeOf(picture: Locator): Promise<Box> {
  const box = await picture.boundingBox()
  if (box === null) throw new Error('The picture is not in the page')
  const { x, y, width, height } = box
  return { x: Math.ceil(x), y: Math.ceil(y), width: Math.floor(width) - 1, height: Math.floor(height) - 1 }
}

/** What the window shows in a place. */
export async function shownAt(window: Page, clip: Box): Promise<Bitmap> {
  return bitmapOf(await window.screenshot({ clip, scale: 'css', animations: 'disabled' }))
}

/** Waits until an image can be drawn. One that is replaced while it is decoded is no failure: the next one is waited for. */
export const drawn = (picture: Locator): Promise<void> =>
  picture.evaluate(async (element) => {
    if (!(element instanceof HTMLImageElement)) return
    for (;;) {
      const { src } = element
      try {
        return await element.decode()
      } catch (thrown) {
        if (element.src === src) throw thrown
      }
    }
  })
