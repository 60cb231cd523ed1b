/** Reads the command line of `electron [switches] [-r FILE]… APP [the app's own]` as Electron's default app does. */

/**
 * @param {readonly string[]} args without the executable
 * @returns {{ modules: string[], app: string | null }}
 */
export function readArguments(args) {
  /** @type {string[]} */
  const modules = []
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? ''
    if (arg === '-r' || arg === '--require') {
      index++
      const file = args[index]
      if (file === undefined) throw new Error(`${arg} needs the name of a file`)
      modules.push(file)
    } else if (arg.startsWith('--app=')) {
      return { modules, app: arg.slice('--app='.length) }
    } else if (!arg.startsWith('-')) {
      return { modules, app: arg }
    }
  }
  return { modules, app: null }
}
