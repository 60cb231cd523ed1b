/** Runs the command line as users do: the built program in a process of its own, with data of its own. */
import { join } from 'node:path'
import { cliFile } from './built.ts'
import { run, type EndedProcess } from './run-process.ts'

export type TerminalRun = EndedProcess

/** In `folder`, which also gets the program's data; `env` changes the environment, or takes from it. */
export function runTerminal(
  folder: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<TerminalRun> {
  return run(process.execPath, [cliFile, ...args], folder, { ...environmentIn(folder), ...env })
}

/** In which the program keeps its data in `folder`. */
export const environmentIn = (folder: string): NodeJS.ProcessEnv => ({
  ...process.env,
  SOLSTICE_DATA: join(folder, 'data'),
})
