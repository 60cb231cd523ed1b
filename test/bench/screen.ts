/**
 * A virtual screen (Xvfb) whose picture the bench can look at while a program draws on it: what is timed is what a
 * camera in front of the screen would see.
 */
import { once } from 'node:events'
import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { launch, stop } from '../../build/setup/processes.mjs'

export interface Screen {
  readonly display: string
  /** How many colours there are at some hundred points. An empty screen has one. */
  colours(): Promise<number>
  close(): Promise<void>
}

const width = 1920
const height = 1200
const pointsAcross = 48
const pointsDown = 30

export async function openScreen(): Promise<Screen> {
  const folder = await mkdtemp(join(tmpdir(), 'solstice-bench-screen-'))
  const size = `${width}x${height}x24`
  const options = ['-displayfd', '3', '-screen', '0', size, '-nolisten', 'tcp', '-fbdir', folder]
  const server = launch('Xvfb', options, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] })
  const number = server.stdio[3]
  if (!number || !('read' in number)) throw new Error('The virtual display (Xvfb) did not start.')
  const failed = once(server, 'error').then(() => Promise.reject(new Error('There is no Xvfb.')))
  const [text] = (await Promise.race([once(number, 'data'), failed])) as [unknown]
  failed.catch(() => undefined)
  const file = await open(join(folder, 'Xvfb_screen0'), 'r')
  const picture = await pictureIn(file)
  return {
    display: `:${String(text).trim()}`,
    colours: () => countColours(file, picture),
    close: async () => {
      await file.close()
      await stop(server)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

interface Picture {
  /** Of the first pixel, in bytes. */
  readonly start: number
  readonly bytesPerLine: number
}

/** The file is in the format of `xwd`: a header of 32-bit big-endian numbers, a colour map, rows of 32-bit pixels. */
async function pictureIn(file: FileHandle): Promise<Picture> {
  const header = Buffer.alloc(80)
  await file.read(header, 0, header.length, 0)
  const [headerBytes, bytesPerLine, mapEntries] = [0, 48, 76].map((at) => header.readUInt32BE(at))
  const bytesPerMapEntry = 12
  return {
    start: (headerBytes ?? 0) + (mapEntries ?? 0) * bytesPerMapEntry,
    bytesPerLine: bytesPerLine ?? 0,
  }
}

async function countColours(file: FileHandle, { start, bytesPerLine }: Picture): Promise<number> {
  const seen = new Set<number>()
  const line = Buffer.alloc(bytesPerLine)
  for (let row = 0; row < pointsDown; row++) {
    const y = Math.floor(((row + 0.5) * height) / pointsDown)
    await file.read(line, 0, bytesPerLine, start + y * bytesPerLine)
    for (let point = 0; point < pointsAcross; point++) {
      const x = Math.floor(((point + 0.5) * width) / pointsAcross)
      seen.add(line.readUInt32LE(4 * x) & 0xffffff)
    }
  }
  return seen.size
}
