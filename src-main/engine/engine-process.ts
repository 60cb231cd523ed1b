/**
 * The engine's process as its host sees it, whoever starts it: `utilityProcess` under Electron, a child process
 * of plain Node in the terminal.
 */
import { fork } from 'node:child_process'
import { lastResort, type RuntimeName } from '../contract/runtimes.ts'
import type { HostMessage, WorkerMessage } from './protocol.ts'

export interface EngineProcess {
  readonly pid: number | undefined
  post(message: HostMessage): void
  onMessage(listener: (message: WorkerMessage) => void): void
  /** Called once, with what is known of the reason, when the process is gone for whatever cause. */
  onExit(listener: (reason: string) => void): void
  /** At once and without asking: the process may sit in native code for seconds. */
  kill(): void
}

/** Starts a process that computes by the runtime of this name. */
export type StartEngineProcess = (runtime: RuntimeName) => EngineProcess

/** Variables that would change how the engine's process runs, and are none of its business. */
const scrubbedVariables = ['NODE_OPTIONS', 'ELECTRON_RUN_AS_NODE', 'NODE_CHANNEL_FD', 'NODE_UNIQUE_ID']

export function engineEnvironment(environment: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const clean = { ...environment }
  for (const name of scrubbedVariables) delete clean[name]
  return clean
}

/** Drivers and their loaders chatter, most of all where they find no card; what matters comes as an error. */
export const stderrOf = (runtime: RuntimeName): 'inherit' | 'ignore' =>
  runtime === lastResort ? 'inherit' : 'ignore'

/** Starts the engine as a child process of plain Node. `workerFile` is the built `worker.js`. */
export function startChildProcess(workerFile: string, runtime: RuntimeName = lastResort): EngineProcess {
  const child = fork(workerFile, [runtime], {
    serialization: 'advanced',
    env: engineEnvironment(),
    execArgv: [],
    // Native libraries talk on stdout, too; the terminal's stdout belongs to results.
    stdio: ['ignore', 'ignore', stderrOf(runtime), 'ipc'],
  })
  return {
    get pid() {
      return child.pid
    },
    post: (message) => {
      if (child.connected) child.send(message)
    },
    onMessage: (listener) => child.on('message', (message) => listener(message as WorkerMessage)),
    onExit: (listener) => {
      let told = false
      const tell = (reason: string): void => {
        if (told) return
        told = true
        listener(reason)
      }
      child.on('exit', (code, signal) => tell(signal === null ? `exit code ${code}` : `signal ${signal}`))
      child.on('error', (error) => tell(error.message))
    },
    kill: () => {
      child.kill('SIGKILL')
    },
  }
}
