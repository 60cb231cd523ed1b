/** The one place that talks to `window.solstice`: answers become values, failures become thrown errors. */
import type {
  Answer,
  Bridge,
  CallArgs,
  CallName,
  CallResult,
  EventData,
  EventName,
} from '../../src-main/contract/contract.ts'
import type { FailureData } from '../../src-main/contract/errors.ts'
import type { TestFolder } from '../../src-main/contract/evaluation.ts'
import type { TrainingFolder } from '../../src-main/contract/training.ts'

declare global {
  interface Window {
    readonly solstice: Bridge
  }
}

/** A failure as the window throws it; its sentence comes from `errorSentence(error.failure, locale)`. */
export class BridgeError extends Error {
  readonly failure: FailureData

  constructor(failure: FailureData) {
    super(failure.code)
    this.name = 'BridgeError'
    this.failure = failure
  }
}

/** Any thrown value as a failure that has a sentence. */
export const failureOf = (thrown: unknown): FailureData =>
  thrown instanceof BridgeError ? thrown.failure : { code: 'internal', detail: String(thrown) }

function valueOf<Name extends CallName>(answer: Answer<Name>): CallResult<Name> {
  if (answer.ok) return answer.value
  throw new BridgeError(answer.failure)
}

export async function call<Name extends CallName>(
  name: Name,
  args: CallArgs<Name>,
): Promise<CallResult<Name>> {
  return valueOf(await window.solstice.call(name, args))
}

/** Dropped files and folders; returns how many photos were new. */
export async function addFiles(files: readonly File[]): Promise<number> {
  return valueOf<'library.add'>(await window.solstice.addFiles(files))
}

/** Dropped files, which go on the shelf, and folders to export from. */
export async function addExportSources(files: readonly File[]): Promise<CallResult<'export.addSources'>> {
  return valueOf<'export.addSources'>(await window.solstice.addExportSources(files))
}

/** A dropped folder of pictures to train on. */
export async function addTrainingFolder(folder: File): Promise<TrainingFolder> {
  return valueOf<'training.addFolder'>(await window.solstice.addTrainingFolder(folder))
}

/** A dropped folder of pictures to test with. */
export async function addTestFolder(folder: File): Promise<TestFolder> {
  return valueOf<'evaluation.addFolder'>(await window.solstice.addTestFolder(folder))
}

/** Listens for as long as the window lives. */
export function on<Name extends EventName>(name: Name, listener: (data: EventData<Name>) => void): void {
  window.solstice.on(name, listener)
}
