/** Where the program's own files lie, seen from the built files in `out/main`. */
import { join } from 'node:path'

/** `entryFolder` is the folder of the entry file (`import.meta.dirname` in `app.ts` and `cli.ts`). */
export function programFolders(entryFolder: string) {
  return {
    /** The engine's process. */
    worker: join(entryFolder, 'worker.js'),
    preload: join(entryFolder, '../preload/preload.cjs'),
    window: join(entryFolder, '../renderer/index.html'),
    /** The styles that ship with the program. */
    models: join(entryFolder, '../../models'),
    icon: join(entryFolder, '../../build/icons/icon.png'),
  } as const
}
export type ProgramFolders = ReturnType<typeof programFolders>
