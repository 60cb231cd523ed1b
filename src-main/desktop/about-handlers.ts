/** What the calls of About do. */
import { stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { app, dialog, shell } from 'electron'
import type { Licences } from '../about/licences.ts'
import { Failure } from '../contract/errors.ts'
import type { Handlers } from './calls.ts'
import { windowOf } from './window.ts'

type AboutCall = Extract<keyof Handlers, `about.${string}`>

/** Comes with Electron; thousands of lines for hundreds of libraries. */
const chromiumLicences = 'LICENSES.chromium.html'

export function makeAboutHandlers(licences: Licences): Pick<Handlers, AboutCall> {
  return {
    'about.get': async () => {
      const { own, components } = await licences.list()
      const runtime = components.find(({ name }) => name === 'onnxruntime-node')
      const { electron, chrome, node } = process.versions
      return {
        own,
        components: [...components],
        versions: {
          solstice: app.getVersion(),
          electron,
          chromium: chrome,
          node,
          onnxRuntime: runtime?.version ?? null,
        },
      }
    },
    'about.texts': ({ id }) => licences.texts(id),
    'about.saveBill': async (_, contents) => {
      const { canceled, filePath } = await dialog.showSaveDialog(windowOf(contents), {
        defaultPath: join(homedir(), `solstice-${app.getVersion()}.cdx.json`),
        filters: [{ name: 'CycloneDX', extensions: ['json'] }],
        properties: ['createDirectory', 'showOverwriteConfirmation'],
      })
      if (canceled || filePath === '') return null
      await licences.writeBill(filePath)
      return { name: basename(filePath) }
    },
    'about.chromiumLicences': async () => {
      const reason = await shell.openPath(await chromiumLicencesFile())
      if (reason !== '') throw new Failure('file-not-readable', chromiumLicences, reason)
      return null
    },
  }
}

/** Beside the executable; on macOS, whose bundle has no room there, among the resources. */
async function chromiumLicencesFile(): Promise<string> {
  for (const folder of [dirname(app.getPath('exe')), process.resourcesPath]) {
    const path = join(folder, chromiumLicences)
    if ((await stat(path).catch(() => null))?.isFile() === true) return path
  }
  throw new Failure('file-not-found', chromiumLicences)
}
