/** Where the program's own files lie, seen from the built files in `out/main`. */
import { join } from 'node:path'
import { outsideArchive } from './outside-archive.ts'

/**
 * `SOLSTICE_CATALOGUE` names another catalogue of styles: of a mirror, or of a test.
 * `entryFolder` is the folder of the entry file (`import.meta.dirname` in `app.ts` and `cli.ts`).
 */
export function programFolders(entryFolder: string, environment: NodeJS.ProcessEnv = process.env) {
  return {
    /** The engine's process. */
    worker: join(entryFolder, 'worker.js'),
    preload: join(entryFolder, '../preload/preload.cjs'),
    window: join(entryFolder, '../renderer/index.html'),
    /** The styles that ship with the program. */
    models: outsideArchive(join(entryFolder, '../../models')),
    /** Photos to try them on. */
    samples: outsideArchive(join(entryFolder, '../../samples')),
    /** The styles that can be fetched. */
    catalogue:
      environment['SOLSTICE_CATALOGUE'] || outsideArchive(join(entryFolder, '../../models/catalogue.json')),
    /** Its licences and its bill of materials, as the build writes them. */
    licences: join(entryFolder, '../licences'),
    icon: join(entryFolder, '../../build/icons/icon.png'),
  } as const
}
export type ProgramFolders = ReturnType<typeof programFolders>
