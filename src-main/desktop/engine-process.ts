/** The engine in Electron's `utilityProcess`: Node without a window, apart from the main process. */
import { utilityProcess, type UtilityProcess } from 'electron'
import type { RuntimeName } from '../contract/runtimes.ts'
import { engineEnvironment, stderrOf, type EngineProcess } from '../engine/engine-process.ts'
import type { WorkerMessage } from '../engine/protocol.ts'

export function startUtilityProcess(workerFile: string, runtime: RuntimeName): EngineProcess {
  const child = utilityProcess.fork(workerFile, [runtime], {
    serviceName: 'Solstice engine',
    env: engineEnvironment(),
    execArgv: [],
    stdio: ['ignore', 'ignore', stderrOf(runtime)],
  })
  // Later versions of Electron tell fatal errors apart; the exit that follows is what counts.
  child.on('error', () => undefined)
  return {
    get pid() {
      return child.pid
    },
    post: (message) => child.postMessage(message),
    onMessage: (listener) => child.on('message', (message) => listener(message as WorkerMessage)),
    onExit: (listener) => child.once('exit', (code) => listener(`exit code ${code}`)),
    kill: () => {
      // Before it is spawned there is nothing to kill, and Electron forgets that it was asked.
      if (child.pid === undefined) child.once('spawn', () => end(child))
      else end(child)
    },
  }
}

/** The polite signal waits for JavaScript, which waits for native code. */
function end(child: UtilityProcess): void {
  if (child.pid !== undefined && !killHard(child.pid)) child.kill()
}

function killHard(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL')
  } catch {
    return false
  }
}
