/** The command line's entry: the same services as the window's, in plain Node. */
import { programFolders } from './folders.ts'
import { runTerminal } from './terminal/program.ts'

process.exitCode = await runTerminal(process.argv, programFolders(import.meta.dirname))
