/** Knows of a process that was killed, and only of such a one; the processes here are real. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'vite'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { RunMark } from './run-mark.ts'

let built: string
let folder: string
let path: string

/** For plain Node, which the other processes are. */
beforeAll(async () => {
  built = await mkdtemp(join(tmpdir(), 'solstice-mark-built-'))
  await build({
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true },
    build: {
      ssr: join(import.meta.dirname, 'run-mark.ts'),
      outDir: built,
      rolldownOptions: { output: { entryFileNames: 'run-mark.mjs' } },
    },
  })
})
afterAll(() => rm(built, { recursive: true }))

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'solstice-mark-'))
  path = join(folder, 'deep', 'running.json')
})
afterEach(() => rm(folder, { recursive: true }))

/** Another process that leaves its mark, says what it found, and stays. */
async function markedProcess(found: string) {
  const script = `
    import { RunMark } from ${JSON.stringify(pathToFileURL(join(built, 'run-mark.mjs')).href)}
    const mark = new RunMark(${JSON.stringify(path)})
    process.stdout.write(await mark.begin())
    process.stdin.on('data', (word) => {
      if (word.toString().includes('system')) mark.systemEnds()
      else { mark.end(); process.exit(0) }
      process.stdout.write('done')
    })`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script])
  const said = async (): Promise<string> => String((await once(child.stdout, 'data'))[0])
  expect(await said()).toBe(found)
  return {
    tell: async (word: string) => {
      child.stdin.write(word)
      await said()
    },
    kill: async () => {
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
    end: async () => {
      child.stdin.write('end')
      await once(child, 'exit')
    },
  }
}

describe('RunMark', () => {
  it('tells of a process that was killed, once', async () => {
    const killed = await markedProcess('first')
    await killed.kill()
    const mark = new RunMark(path)
    expect(await mark.begin()).toBe('after-abrupt-end')
    mark.end()
    expect(await new RunMark(path).begin()).toBe('first')
  })

  it('has nothing to tell of one that ended in order', async () => {
    const orderly = await markedProcess('first')
    await orderly.end()
    expect(existsSync(path)).toBe(false)
    expect(await new RunMark(path).begin()).toBe('first')
  })

  it('has nothing to tell of one that the system took along when it ended', async () => {
    const process = await markedProcess('first')
    await process.tell('the system ends')
    await process.kill()
    expect(await new RunMark(path).begin()).toBe('first')
  })

  it('leaves the mark of a process that runs alone', async () => {
    const running = await markedProcess('first')
    const text = await readFile(path, 'utf8')
    const second = new RunMark(path)
    expect(await second.begin()).toBe('first')
    second.systemEnds()
    second.end()
    expect(await readFile(path, 'utf8')).toBe(text)
    await running.kill()
    expect(await new RunMark(path).begin()).toBe('after-abrupt-end')
  })

  it('takes a mark that makes no sense for that of a process that was cut off in writing it', async () => {
    await new RunMark(path).begin()
    await writeFile(path, '{"pid":')
    expect(await new RunMark(path).begin()).toBe('after-abrupt-end')
  })

  it('does without where nothing can be written', async () => {
    await writeFile(join(folder, 'deep'), 'a file where the folder should be')
    const mark = new RunMark(path)
    expect(await mark.begin()).toBe('first')
    mark.systemEnds()
    mark.end()
  })
})
