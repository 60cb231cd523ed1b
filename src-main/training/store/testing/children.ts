/** For tests: builds `child.ts` for plain Node and starts it; what is left of it ends with the test. */
import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { build } from 'vite'
import { afterEach, beforeAll } from 'vitest'
import { temporaryFolder } from '../../data/test-support.ts'
import { newsSchema } from './messages.ts'
import type { Errand, News } from './messages.ts'

export interface Child {
  readonly pid: number
  send(errand: Errand): void
  /** What it says next, or what it has said that nobody has heard yet; null when it has ended. */
  next(): Promise<News | null>
  /** Resolves when it is gone. */
  kill(): Promise<void>
}

/** To be called once a test file. The child that is given is ready. */
export function childStarter(): () => Promise<Child> {
  const at = temporaryFolder()
  const running: Child[] = []
  beforeAll(async () => {
    await build({
      configFile: false,
      logLevel: 'error',
      ssr: { noExternal: true },
      build: {
        ssr: join(import.meta.dirname, 'child.ts'),
        outDir: at(),
        rolldownOptions: { output: { entryFileNames: 'child.mjs' } },
      },
    })
  })
  afterEach(async () => {
    for (const child of running.splice(0)) await child.kill()
  })
  return async () => {
    const child = childOf(fork(at('child.mjs'), { execArgv: [] }))
    running.push(child)
    await child.next()
    return child
  }
}

function childOf(process: ChildProcess): Child {
  const { pid } = process
  if (pid === undefined) throw new Error('The child has not started')
  const heard: News[] = []
  let wake: () => void = () => undefined
  let isGone = false
  process.on('message', (message) => {
    heard.push(newsSchema.parse(message))
    wake()
  })
  const closed = once(process, 'close').then(() => {
    isGone = true
    wake()
  })
  return {
    pid,
    send: (errand) => void process.send(errand),
    next: async () => {
      while (heard.length === 0 && !isGone) await new Promise<void>((resolve) => (wake = resolve))
      const news = heard.shift() ?? null
      if (news?.kind === 'failed') throw new Error(`The child failed: ${news.reason}`)
      return news
    },
    kill: async () => {
      process.kill('SIGKILL')
      await closed
    },
  }
}
