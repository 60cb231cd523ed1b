/** Tells a command of the terminal from what else may stand on the packaged program's command line. */

/** The first words of the command line; a test holds them against the commands themselves. */
const commandNames: ReadonlySet<string> = new Set([
  ...['convert', 'cycle', 'models', 'evaluate', 'check-data', 'train', 'doctor', 'licences', 'sbom', 'help'],
])
const answers: ReadonlySet<string> = new Set(['--help', '-h', '--version', '-V'])

export interface TerminalCommand {
  /** Chromium's, in front of the command: `--no-sandbox`. */
  readonly switches: readonly string[]
  /** The command and all that is its own. */
  readonly words: readonly string[]
}

/**
 * The command in `args` (a command line without its program), or null where it is the window that is asked for. A file
 * of the same name is opened as `./convert`.
 */
export function terminalCommand(args: readonly string[]): TerminalCommand | null {
  const start = args.findIndex((arg) => !arg.startsWith('-') || answers.has(arg))
  const first = args[start]
  if (first === undefined || !(commandNames.has(first) || answers.has(first))) return null
  return { switches: args.slice(0, start).filter((arg) => arg !== '--'), words: args.slice(start) }
}
