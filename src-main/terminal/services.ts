/** What the commands share: the engine in a child process, the models, a way to end it all. */
import { version } from '../../package.json'
import { startChildProcess, type StartEngineProcess } from '../engine/engine-process.ts'
import { EngineHost } from '../engine/host.ts'
import type { ProgramFolders } from '../folders.ts'
import { dataFolder, type DataFolder } from '../library/data-folder.ts'
import { ModelShelf } from '../models/shelf.ts'
import { closePhotos } from '../photos/metadata.ts'
import { StepPace } from '../training/measure.ts'
import { exitCodes, onOutputClosed } from './console.ts'

export interface Services {
  readonly version: string
  readonly engine: EngineHost
  /** For a training, which has an engine of its own. */
  readonly startEngine: StartEngineProcess
  readonly pace: StepPace
  readonly models: ModelShelf
  readonly data: DataFolder
  readonly program: ProgramFolders
  /** Aborted by Ctrl-C; a second one does not wait. */
  readonly signal: AbortSignal
}

const interrupts = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Runs a command with its services; what it returns is the exit code. */
export type RunCommand = (command: (services: Services) => Promise<number>) => Promise<void>

/** Runs one command with its services and ends them afterwards, whatever happened. */
export async function withServices<Result>(
  program: ProgramFolders,
  run: (services: Services) => Promise<Result>,
): Promise<Result> {
  const data = dataFolder()
  const startEngine: StartEngineProcess = () => startChildProcess(program.worker)
  const engine = new EngineHost({ start: startEngine })
  const pace = new StepPace(data.trainingPace, startEngine)
  const models = new ModelShelf({ builtIn: program.models, own: data.models })
  const stop = new AbortController()
  // Kept until the end: a library that writes files ends the process at once where nobody else listens.
  const onInterrupt = (): void => {
    if (stop.signal.aborted) process.exit(exitCodes.interrupted)
    stop.abort()
  }
  for (const name of interrupts) process.on(name, onInterrupt)
  onOutputClosed(() => stop.abort())
  try {
    return await run({ version, engine, startEngine, pace, models, data, program, signal: stop.signal })
  } finally {
    for (const name of interrupts) process.off(name, onInterrupt)
    engine.close()
    await closePhotos()
  }
}
