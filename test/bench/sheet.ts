/** Pictures of one name from several folders, side by side: photos beside what styles, sizes or checkpoints made of them. */
import { readdir } from 'node:fs/promises'
import { join, parse } from 'node:path'
import sharp from 'sharp'

export interface SheetSettings {
  /** A column each; the rows are the pictures of the first. */
  readonly folders: readonly string[]
  /** Of a row, in pixels. */
  readonly height: number
  /** The middle of each picture, pixel for pixel, in place of the whole. */
  readonly detail: boolean
  /** A JPEG. */
  readonly out: string
}

const gap = 8
/** Of a detail: width to height. */
const detailShape = 1.5

export async function makeSheet({ folders, height, detail, out }: SheetSettings): Promise<void> {
  const columns = await Promise.all(folders.map(picturesOf))
  const names = [...(columns[0]?.keys() ?? [])]
  const cells: { readonly input: Buffer; readonly left: number; readonly top: number }[] = []
  let left = 0
  for (const pictures of columns) {
    let widest = 0
    for (const [row, name] of names.entries()) {
      const path = pictures.get(name)
      if (path === undefined) continue
      const { data, info } = await (detail ? middleOf(path, height) : whole(path, height))
      cells.push({ input: data, left, top: row * (height + gap) })
      widest = Math.max(widest, info.width)
    }
    left += widest + gap
  }
  const width = Math.max(1, left - gap)
  const size = { width, height: Math.max(1, names.length * (height + gap) - gap) }
  await sharp({ create: { ...size, channels: 3, background: '#fff' } })
    .composite(cells)
    .jpeg({ quality: 85, mozjpeg: true })
    .toFile(out)
}

async function picturesOf(folder: string): Promise<ReadonlyMap<string, string>> {
  const files = (await readdir(folder)).filter((file) => /\.(?:jpe?g|png|tiff?|webp)$/i.test(file))
  return new Map(files.toSorted().map((file) => [parse(file).name, join(folder, file)]))
}

const whole = (path: string, height: number) =>
  sharp(path)
    .autoOrient()
    .toColourspace('srgb')
    .resize({ height })
    .png()
    .toBuffer({ resolveWithObject: true })

async function middleOf(path: string, height: number) {
  const { autoOrient: photo } = await sharp(path).metadata()
  const size = {
    width: Math.min(photo.width, Math.round(height * detailShape)),
    height: Math.min(photo.height, height),
  }
  return sharp(path)
    .autoOrient()
    .toColourspace('srgb')
    .extract({
      left: Math.floor((photo.width - size.width) / 2),
      top: Math.floor((photo.height - size.height) / 2),
      ...size,
    })
    .png()
    .toBuffer({ resolveWithObject: true })
}
