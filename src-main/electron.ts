/** Electron's entry: a command of the terminal where one is given, else the window. */
import { app } from 'electron'
import { parted } from './desktop/opened-files-arguments.ts'
import { dataFolder } from './library/data-folder.ts'
import { terminalCommand } from './terminal/command-line.ts'

const { program, own } = parted(process.argv, process.defaultApp)
const command = terminalCommand(own)

if (command === null) await import('./app.ts')
else {
  const { endWith, hideWindows, lacksDisplay, runWithoutDisplay } =
    await import('./desktop/without-window.ts')
  if (lacksDisplay())
    process.exit(await runWithoutDisplay([...program.slice(1), ...command.switches], command.words))
  hideWindows(dataFolder().terminal)
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
