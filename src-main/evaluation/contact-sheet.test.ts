import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Pixels } from '../engine/protocol.ts'
import { ContactSheet } from './contact-sheet.ts'

const flat = (value: number, width = 40, height = 20): Pixels => ({
  width,
  height,
  channels: 3,
  data: new Uint8Array(3 * width * height).fill(value),
})
const row = (value: number, back = true) => ({
  x: flat(value),
  translated: flat(value + 1),
  reconstructed: back ? flat(value + 2) : null,
})

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'solstice-sheet-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('a contact sheet', () => {
  it('has x, G(x), F(G(x)) side by side, A left of B, in the order of places', async () => {
    const sheet = new ContactSheet()
    await sheet.add('b', 0, row(100))
    await sheet.add('a', 1, row(30))
    await sheet.add('a', 0, row(10))
    const { width, height, data } = sheet.picture()!
    expect([width, height]).toEqual([8 + 6 * 264 + 8, 8 + 2 * 264])
    const at = (column: number, line: number): number => {
      const x = 8 + column * 264 + (column > 2 ? 8 : 0) + 128
      return data[3 * ((8 + line * 264 + 128) * width + x)]!
    }
    expect([0, 1, 2, 3, 4, 5].map((column) => at(column, 0))).toEqual([10, 11, 12, 100, 101, 102])
    expect([0, 1, 2, 3].map((column) => at(column, 1))).toEqual([30, 31, 32, 255])
  })

  it('has two columns where there is no way back', async () => {
    const sheet = new ContactSheet()
    await sheet.add('a', 0, row(10, false))
    expect(sheet.picture()!.width).toBe(8 + 2 * 264)
  })

  it('is written beside what is there, never over it, and not at all without pictures', async () => {
    const sheet = new ContactSheet()
    expect(await sheet.write(folder, 'mine')).toBeNull()
    await sheet.add('a', 0, row(10))
    await writeFile(join(folder, 'mine-contact-sheet.jpg'), 'mine')
    const path = await sheet.write(folder, 'mine')
    expect(path).toBe(join(folder, 'mine-contact-sheet-2.jpg'))
    expect(await readFile(join(folder, 'mine-contact-sheet.jpg'), 'utf8')).toBe('mine')
    expect(await sharp(path!).metadata()).toMatchObject({ width: 800, height: 272 })
    expect(await readdir(folder)).toHaveLength(2)
  })
})
