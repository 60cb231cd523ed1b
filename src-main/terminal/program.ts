/** The command line: its commands, and how they end (0 done, 1 some failed, 2 wrong usage, 130 interrupted). */
import { Command, CommanderError } from 'commander'
import { version } from '../../package.json'
import { Failure, type ErrorCode } from '../contract/errors.ts'
import type { ProgramFolders } from '../folders.ts'
import { addCheckData } from './check-data.ts'
import { addConvert } from './convert.ts'
import { exitCodes, onOutputClosed, say, sentence } from './console.ts'
import { addCycle } from './cycle.ts'
import { addDoctor } from './doctor.ts'
import { addEvaluate } from './evaluate.ts'
import { addLicences } from './licences.ts'
import { addModels } from './models.ts'
import { addTrain } from './train.ts'
import { withServices, type RunCommand, type StartProgram } from './services.ts'

/** Failures that a better command line would avoid. */
const usageFailures: ReadonlySet<ErrorCode> = new Set([
  'model-not-found',
  'model-direction-missing',
  'bad-request',
  'run-not-found',
  'runtime-unfit',
  'too-few-pictures',
])

/**
 * Runs a command line (`words`, without the program's own name) and returns the exit code. `startEngine` starts the
 * engine's process, with the file that it runs, in the way of whoever runs this.
 */
export async function runTerminal(
  words: readonly string[],
  folders: ProgramFolders,
  startEngine: StartProgram,
): Promise<number> {
  let code: number = exitCodes.ok
  // Help, too, may be read in part only.
  onOutputClosed(() => undefined)
  const run: RunCommand = async (command, flags) => {
    code = await withServices(folders, startEngine, command, flags)
  }
  const program = solsticeCommand(run)
  try {
    await program.parseAsync(words, { from: 'user' })
    return code
  } catch (thrown) {
    // Commander has printed what was wrong, or the help that was asked for.
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? exitCodes.ok : exitCodes.wrongUsage
    const failure = Failure.from(thrown)
    if (failure.code === 'cancelled') {
      say('Cancelled.')
      return exitCodes.interrupted
    }
    say(sentence(failure))
    return usageFailures.has(failure.code) ? exitCodes.wrongUsage : exitCodes.someFailed
  }
}

/** All commands; `run` is how each of them gets its services. */
export function solsticeCommand(run: RunCommand): Command {
  const program = new Command('solstice')
    .description('Turns summer photos into winter ones and back, offline.')
    .version(version)
    .exitOverride()
    // `train keep` has a --name of its own, which is not that of `train`.
    .enablePositionalOptions()
    .showHelpAfterError('(--help tells more)')
    .configureHelp({ showGlobalOptions: false })
  addConvert(program, run)
  addCycle(program, run)
  addModels(program, run)
  addEvaluate(program, run)
  addCheckData(program, run)
  addTrain(program, run)
  addDoctor(program, run)
  addLicences(program, run)
  for (const command of allCommands(program)) command.exitOverride()
  return program
}

function allCommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(allCommands)]
}
