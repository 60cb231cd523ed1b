/** What the calls of the export room do, in terms of the services. */
import { dialog, shell } from 'electron'
import type { ExportFolder } from '../contract/export.ts'
import type { Exports } from '../export/exports.ts'
import type { ExportPresets } from '../export/presets.ts'
import type { ModelShelf } from '../models/shelf.ts'
import type { Handlers } from './calls.ts'
import type { ExportFolders } from './export-folders.ts'
import { windowOf } from './window.ts'

export interface ExportServices {
  readonly exports: Exports
  readonly folders: ExportFolders
  readonly presets: ExportPresets
  readonly models: ModelShelf
}

type ExportCall = Extract<keyof Handlers, `export.${string}`>

export function makeExportHandlers(services: ExportServices): Pick<Handlers, ExportCall> {
  const { exports, folders, presets, models } = services
  return {
    'export.chooseSources': async (_, contents) => {
      const properties = ['openDirectory', 'multiSelections'] as const
      const chosen = await dialog.showOpenDialog(windowOf(contents), { properties: [...properties] })
      const paths = chosen.canceled ? [] : chosen.filePaths
      return Promise.all(paths.map((path) => folders.addSource(path)))
    },
    'export.addSources': ({ paths }) => folders.addDropped(paths),
    'export.chooseTarget': async (_, contents) => {
      const properties = ['openDirectory', 'createDirectory'] as const
      const chosen = await dialog.showOpenDialog(windowOf(contents), { properties: [...properties] })
      const [path] = chosen.canceled ? [] : chosen.filePaths
      return path === undefined ? null : folders.addTarget(path)
    },
    'export.defaults': async () => ({
      settings: presets.last,
      target: await lastTarget(services),
      presets: [...presets.list()],
    }),
    'export.savePreset': (preset) => [...presets.save(preset)],
    'export.removePreset': ({ name }) => [...presets.remove(name)],
    'export.previewNames': ({ sources, styles, settings }) => folders.previewNames(sources, styles, settings),

    'export.list': () => exports.list(),
    'export.items': ({ id }) => [...exports.items(id)],
    'export.start': async ({ sources, target: targetId, styles, settings }) => {
      const target = folders.pathOf(targetId)
      // A style that is gone is told before anything begins.
      for (const { modelId } of styles) await models.open(modelId)
      const photos = await folders.photos(sources, target)
      presets.use(settings, target)
      const asked = styles.map(({ modelId, direction }) => ({ model: modelId, modelId, direction }))
      return exports.start({ target, styles: asked, settings, photos })
    },
    'export.pause': async ({ id }) => {
      await exports.pause(id)
      return null
    },
    'export.resume': async ({ id }) => {
      await exports.resume(id)
      return null
    },
    'export.cancel': async ({ id, items }) => {
      await exports.cancel(id, items)
      return null
    },
    'export.retry': async ({ id, items }) => {
      await exports.retry(id, items)
      return null
    },
    'export.remove': async ({ id }) => {
      await exports.remove(id)
      return null
    },
    'export.reveal': async ({ id, item }) => {
      if (item === null) await shell.openPath(exports.targetOf(id))
      else shell.showItemInFolder(exports.pictureFile(id, item, 'after'))
      return null
    },
  }
}

/** The folder that the last export went to, unless it is gone. */
async function lastTarget({ presets, folders }: ExportServices): Promise<ExportFolder | null> {
  return presets.target === null ? null : folders.addTarget(presets.target).catch(() => null)
}
