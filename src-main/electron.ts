/** Electron's entry: a command of the terminal where one is given, else the window. */
import { app } from 'electron'
import { terminalCommand } from './terminal/command-line.ts'

const args = process.argv.slice(1)
// In development Electron is told which app it shall be.
const appAt = process.defaultApp ? args.findIndex((arg) => !arg.startsWith('-')) : -1
const command = terminalCommand(args.filter((_, index) => index !== appAt))

if (command === null) await import('./app.ts')
else {
  const { endWith, hideWindows, lacksDisplay, runWithoutDisplay } =
    await import('./desktop/without-window.ts')
  if (lacksDisplay()) process.exit(await runWithoutDisplay(command.switches, command.words))
  hideWindows()
  // Not awaited: Electron is ready only after this module.
  void app.whenReady().then(async () => {
    const [{ runTerminal }, { programFolders }, { startUtilityProcess }] = await Promise.all([
      import('./terminal/program.ts'),
      import('./folders.ts'),
      import('./desktop/engine-process.ts'),
    ])
    const folders = programFolders(import.meta.dirname)
    await endWith(await runTerminal(command.words, folders, startUtilityProcess))
  })
}
