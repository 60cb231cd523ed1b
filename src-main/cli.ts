/** The command line's entry: the same services as the window's, in plain Node. */
import { startChildProcess } from './engine/engine-process.ts'
import { programFolders } from './folders.ts'
import { runTerminal } from './terminal/program.ts'

const words = process.argv.slice(2)
process.exitCode = await runTerminal(words, programFolders(import.meta.dirname), startChildProcess)
