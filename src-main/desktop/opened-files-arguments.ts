/** Which files and folders a command line of the window names, told from switches, addresses and the program itself. */
import { fileURLToPath } from 'node:url'

/** Names as they were written, and the folder that they were written in. */
export interface Named {
  readonly names: readonly string[]
  readonly folder: string
}

/**
 * The files and folders among `argv`, which begins with the program as `process.argv` does. `inDevelopment`: Electron
 * runs the app whose folder it is told, after switches of its own. What begins with a dash is a switch; all that
 * follows `--` is a name. `file:` addresses, which desktops hand over, are taken for the files that they name; other
 * addresses are nobody's, for Solstice has no links of its own.
 */
export function namesIn(argv: readonly string[], inDevelopment: boolean): string[] {
  const { own } = parted(argv, inDevelopment)
  const end = own.indexOf('--')
  const before = (end < 0 ? own : own.slice(0, end)).filter((argument) => !argument.startsWith('-'))
  return [...before, ...(end < 0 ? [] : own.slice(end + 1))].flatMap(nameOf)
}

/** The same command line without its program and without what it names, to start it anew. */
export function withoutNames(argv: readonly string[], inDevelopment: boolean): string[] {
  const { program, own } = parted(argv, inDevelopment)
  const end = own.indexOf('--')
  const switches = (end < 0 ? own : own.slice(0, end)).filter((argument) => argument.startsWith('-'))
  return [...program.slice(1), ...switches]
}

/** What says which program runs, the app in development included, and what is that program's own. */
export function parted(argv: readonly string[], inDevelopment: boolean) {
  let end = 1
  if (inDevelopment) {
    while (argv[end]?.startsWith('-') === true) end += argv[end] === '-r' || argv[end] === '--require' ? 2 : 1
    // `--app=FOLDER` is a switch and names the app all the same.
    if (!argv.slice(1, end).some((argument) => argument.startsWith('--app='))) end += 1
  }
  return { program: argv.slice(0, end), own: argv.slice(end) }
}

/** A drive of Windows has one letter, the scheme of an address more. */
const address = /^[a-z][a-z0-9+.-]+:\/\//i

function nameOf(argument: string): string[] {
  if (argument === '') return []
  if (!address.test(argument)) return [argument]
  try {
    return argument.toLowerCase().startsWith('file:') ? [fileURLToPath(argument)] : []
  } catch {
    // Of another computer, or of none.
    return []
  }
}
