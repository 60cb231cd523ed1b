/** Photos for the tests: the samples that ship, and pictures made for one question. */
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import { root } from './launch.ts'

export type SampleName = 'picosdeeuropa' | 'seeding' | 'sunset'

export const samplePath = (name: SampleName): string => join(root, 'samples', `${name}.jpg`)

/** A copy of a sample in full size; its conversion takes seconds. */
export async function copySample(name: SampleName, target: string): Promise<string> {
  await mkdir(dirname(target), { recursive: true })
  await copyFile(samplePath(name), target)
  return target
}

export interface SmallPhoto {
  readonly sample?: SampleName
  readonly width?: number
  readonly height?: number
  /** The camera's name in EXIF. */
  readonly camera?: string
}

/** A small copy of a sample; the target's ending names the format. Its conversion takes a moment. */
export async function writeSmallPhoto(
  target: string,
  { sample = 'sunset', width = 240, height = 160, camera }: SmallPhoto = {},
): Promise<string> {
  await mkdir(dirname(target), { recursive: true })
  const picture = sharp(samplePath(sample)).resize(width, height).withIccProfile('srgb')
  await (camera === undefined ? picture : picture.withExif({ IFD0: { Model: camera } })).toFile(target)
  return target
}

/** A JPEG that ends before its picture does. */
export async function writeTruncated(target: string): Promise<string> {
  await mkdir(dirname(target), { recursive: true })
  const whole = await readFile(samplePath('seeding'))
  await writeFile(target, whole.subarray(0, Math.floor(whole.length / 3)))
  return target
}
