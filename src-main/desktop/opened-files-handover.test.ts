import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isTooLong, leaveNames, readMessage, takeNames, writeMessage } from './opened-files-handover.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'solstice-handover-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('names left for the program that runs', () => {
  it('are taken up once', async () => {
    const one = { names: ['a.jpg', 'Лето.tif'], folder: '/photos' }
    const two = { names: Array.from({ length: 20_000 }, (_, index) => `IMG_${index}.jpg`), folder: '/' }
    const place = join(folder, 'opened')
    leaveNames(place, one)
    leaveNames(place, two)
    const taken = await takeNames(place)
    expect(taken.toSorted((a, b) => a.names.length - b.names.length)).toEqual([one, two])
    expect(await readdir(place)).toEqual([])
    expect(await takeNames(place)).toEqual([])
  })

  it('are none where nobody left any', async () => {
    expect(await takeNames(join(folder, 'not there'))).toEqual([])
  })

  it('cost only themselves where they are damaged', async () => {
    leaveNames(folder, { names: ['a.jpg'], folder: '/' })
    await writeFile(join(folder, 'torn.json'), '{"names":["b')
    await writeFile(join(folder, 'other.json'), '{"names":"b.jpg","folder":"/"}')
    expect(await takeNames(folder)).toEqual([{ names: ['a.jpg'], folder: '/' }])
    expect(await readdir(folder)).toEqual([])
  })

  it('say so where they cannot be left', async () => {
    const file = join(folder, 'file')
    await writeFile(file, '')
    expect(() => leaveNames(join(file, 'opened'), { names: ['a.jpg'], folder: '/' })).toThrow('cannot-write')
  })
})

it('a line is too long for the message long before its names come twice', () => {
  const line = (count: number): string[] => [
    'solstice',
    ...Array.from({ length: count }, () => 'x'.repeat(99)),
  ]
  expect(isTooLong(line(80))).toBe(false)
  expect(isTooLong(line(90))).toBe(true)
  // Counted as they are sent.
  expect(isTooLong(['solstice', 'ж'.repeat(5000)])).toBe(true)
})

describe('the message', () => {
  it('is plain letters, whatever the names are', () => {
    const named = { names: ['лето 1.jpg', 'a\nb "c".jpg', '😀'], folder: '/фото и видео' }
    const message = writeMessage(named)
    expect(message.named).toMatch(/^[\w-]+$/)
    expect(readMessage(message)).toEqual(named)
  })

  it('is not what another program says', () => {
    const strange = Buffer.from('{"names":[1],"folder":"/"}').toString('base64url')
    for (const other of [undefined, null, 'YQ', ['YQ'], {}, { named: 1 }, { named: '%' }, { named: strange }])
      expect(readMessage(other)).toBeNull()
  })
})
