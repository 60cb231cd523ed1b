import { execFile } from 'node:child_process'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { dataFolderProblem } from './data-folder.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'solstice-data-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** Null, or why the command did not do it. */
const attempt = (command: string, ...args: readonly string[]): Promise<string | null> =>
  promisify(execFile)(command, args).then(
    () => null,
    (thrown: unknown) => String(thrown),
  )

describe('dataFolderProblem', () => {
  it('makes the folder where there is none', async () => {
    const root = join(folder, 'deep', 'data')
    expect(dataFolderProblem(root)).toBeNull()
    expect((await stat(root)).isDirectory()).toBe(true)
    expect(dataFolderProblem(root)).toBeNull()
  })

  it('names the folder where a file is in its way', async () => {
    await writeFile(join(folder, 'file'), '')
    expect(dataFolderProblem(join(folder, 'file', 'data'))).toMatchObject({
      code: 'cannot-write',
      subject: 'data',
      detail: 'a part of its path is not a folder',
    })
  })

  it('says that a disk is read-only before anything is written', async ({ skip }) => {
    const mounted = await attempt('mount', '-t', 'tmpfs', '-o', 'ro', 'tmpfs', folder)
    if (mounted !== null) skip(`No disk can be mounted here: ${mounted}`)
    try {
      expect(dataFolderProblem(folder)).toMatchObject({
        code: 'cannot-write',
        detail: 'the disk is read-only',
      })
      expect(dataFolderProblem(join(folder, 'data'))).toMatchObject({ code: 'cannot-write' })
    } finally {
      await attempt('umount', folder)
    }
  })
})
