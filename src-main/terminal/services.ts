/** What the commands share: the engine in a child process, the models, a way to end it all. */
import { version } from '../../package.json'
import { fallbackText } from '../contract/runtimes-text.ts'
import { runtimeNameSchema, type Purpose, type RuntimeName, type RuntimesHere } from '../contract/runtimes.ts'
import { Failure } from '../contract/errors.ts'
import type { EngineProcess, StartEngineProcess } from '../engine/engine-process.ts'
import { EngineHost } from '../engine/host.ts'
import type { ProgramFolders } from '../folders.ts'
import { dataFolder, type DataFolder } from '../library/data-folder.ts'
import { ModelShelf } from '../models/shelf.ts'
import { SettingsStore } from '../library/settings.ts'
import { closePhotos } from '../photos/exiftool.ts'
import { RuntimeChoice } from '../runtimes/choice.ts'
import { StepPace } from '../training/measure.ts'
import { exitCodes, onOutputClosed, say } from './console.ts'

export interface Services {
  readonly version: string
  readonly engine: EngineHost
  /** For a training, which has an engine of its own. */
  readonly startEngine: StartEngineProcess
  readonly pace: StepPace
  readonly runtimes: RuntimeChoice
  /** The runtime that this command was asked to take. */
  readonly asked: RuntimeName | null
  readonly models: ModelShelf
  readonly data: DataFolder
  readonly program: ProgramFolders
  /** Aborted by Ctrl-C; a second one does not wait. */
  readonly signal: AbortSignal
}

const interrupts = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** What all commands that compute take. */
export interface EngineFlags {
  readonly runtime?: RuntimeName
}

/** Runs a command with its services; what it returns is the exit code. */
export type RunCommand = (
  command: (services: Services) => Promise<number>,
  flags?: EngineFlags,
) => Promise<void>

/** Starts a built program of the engine's (`worker.js`) in a process of its own, on the runtime of this name. */
export type StartProgram = (workerFile: string, runtime: RuntimeName) => EngineProcess

/** Runs one command with its services and ends them afterwards, whatever happened. */
export async function withServices<Result>(
  program: ProgramFolders,
  startProgram: StartProgram,
  run: (services: Services) => Promise<Result>,
  { runtime }: EngineFlags = {},
): Promise<Result> {
  const data = dataFolder()
  const startEngine: StartEngineProcess = (name) => startProgram(program.worker, name)
  const runtimes = new RuntimeChoice({ path: data.runtimes, start: startEngine, version })
  const asked = runtime ?? runtimeOfEnvironment()
  runtimes.pin(asked ?? (await runtimeOfWindow(data)))
  const tellExamining = ({ examining }: RuntimesHere): void => {
    if (!examining) return
    runtimes.off('changed', tellExamining)
    say('Trying out what computes fastest here…')
  }
  if (process.stderr.isTTY) runtimes.on('changed', tellExamining)
  const models = new ModelShelf({ builtIn: program.models, own: data.models })
  const stop = new AbortController()
  // Kept until the end: a library that writes files ends the process at once where nobody else listens.
  const onInterrupt = (): void => {
    if (stop.signal.aborted) process.exit(exitCodes.interrupted)
    stop.abort()
  }
  const engine = new EngineHost({
    start: startEngine,
    order: () => runtimes.order('translation', stop.signal),
    onFallback: (fallback) => {
      if (fallback.lasting) runtimes.leaveOut(fallback.from)
      say(`${fallbackText(fallback, 'en')} (${fallback.reason})`)
    },
  })
  const pace = new StepPace(data.trainingPace, startEngine, () => runtimes.order('training', stop.signal))
  for (const name of interrupts) process.on(name, onInterrupt)
  onOutputClosed(() => stop.abort())
  try {
    const { signal } = stop
    return await run({ version, engine, startEngine, pace, runtimes, asked, models, data, program, signal })
  } finally {
    for (const name of interrupts) process.off(name, onInterrupt)
    engine.close()
    await runtimes.close()
    await closePhotos()
  }
}

/** One that was asked for must do it; better to say so before the work begins. Throws `runtime-unfit`. */
export async function expectRuntime({ runtimes, asked, signal }: Services, purpose: Purpose): Promise<void> {
  if (asked !== null) await runtimes.expectPinned(purpose, signal)
}

/** What `SOLSTICE_RUNTIME` says. Throws `bad-request` for a name that there is not. */
function runtimeOfEnvironment(): RuntimeName | null {
  const asked = process.env['SOLSTICE_RUNTIME']
  if (asked === undefined || asked === '') return null
  const name = runtimeNameSchema.safeParse(asked)
  if (name.success) return name.data
  const detail = `SOLSTICE_RUNTIME is one of ${runtimeNameSchema.options.join(', ')}`
  throw new Failure('bad-request', undefined, detail)
}

/** A preference: where it cannot be, another is taken. */
async function runtimeOfWindow(data: DataFolder): Promise<RuntimeName | null> {
  const settings = new SettingsStore(data.settings)
  await settings.open()
  return settings.get().runtime
}
