/** What is in the package, and what must not be. */
import { open, readdir, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { listPackage } from '@electron/asar'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { releaseFolder, resources, runRelease } from './release.ts'

const archived = listPackage(join(resources, 'app.asar'), { isPack: false }).map((path) => path.slice(1))

it('holds native libraries of this platform alone, all of them outside the archive', async () => {
  const files = await readdir(releaseFolder, { recursive: true, withFileTypes: true })
  const native = files
    .filter((entry) => entry.isFile() && /\.(node|so(\.[\d.]+)?|dll|dylib|exe)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
  const ours = native
    .map((file) => relative(releaseFolder, file))
    .filter((path) => path.includes('resources'))
  expect(ours.some((path) => path.includes('onnxruntime'))).toBe(true)
  expect(ours.some((path) => path.includes('libvips'))).toBe(true)
  for (const file of native) expect(await machineOf(file), file).toBe(machineHere())
})

it('carries no tools, no sources, no tests, and nothing of other platforms', () => {
  const strange = archived.filter((path) =>
    /\.(map|ts|svelte)$|(^|\/)(test|tests)\/|@tensorflow|napi-v\d+\/(win32|darwin)|node_modules\/(electron|vite|typescript)\//.test(
      path,
    ),
  )
  expect(strange).toEqual([])
})

it('names every package that it carries among the licences', async () => {
  const { code, stdout } = await runRelease(tmpdir(), ['licences', '--json'])
  expect(code).toBe(0)
  const told = new Set(
    z
      .array(z.object({ name: z.string() }))
      .parse(JSON.parse(stdout))
      .map(({ name }) => name),
  )
  const carried = new Set(
    archived.flatMap(
      (path) => /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^@/]+)\/package\.json$/.exec(path)?.[1] ?? [],
    ),
  )
  expect(carried.size).toBeGreaterThan(20)
  expect([...carried].filter((name) => !told.has(name) && !name.startsWith('@types/'))).toEqual([])
  expect(await readFile(join(releaseFolder, 'LICENSES.chromium.html'), 'utf8')).toContain('Chromium')
})

/** ELF's field of the machine, after its magic number. */
async function machineOf(file: string): Promise<number> {
  const handle = await open(file)
  try {
    const { buffer } = await handle.read(Buffer.alloc(20), 0, 20, 0)
    return buffer.toString('latin1', 1, 4) === 'ELF' ? buffer.readUInt16LE(18) : -1
  } finally {
    await handle.close()
  }
}

const machineHere = (): number => (process.arch === 'arm64' ? 0xb7 : 0x3e)
