/** What each call of the contract does, in terms of the services. */
import { randomBytes } from 'node:crypto'
import { basename } from 'node:path'
import { app, dialog, shell, type OpenDialogOptions, type WebContents } from 'electron'
import type { Licences } from '../about/licences.ts'
import { Failure } from '../contract/errors.ts'
import type { Conversions } from '../conversion/conversions.ts'
import { stem } from '../export/names.ts'
import type { Rounds } from '../evaluation/real-or-fake/rounds.ts'
import type { Library } from '../library/library.ts'
import { laySamples } from '../library/samples.ts'
import type { SettingsStore } from '../library/settings.ts'
import type { ModelShelf } from '../models/shelf.ts'
import { importStyle, listStyles } from '../models/styles.ts'
import type { StyleFetches } from '../models/fetch/style-fetches.ts'
import { photoExtensions } from '../photos/formats.ts'
import type { RuntimeChoice } from '../runtimes/choice.ts'
import type { Updates } from '../updates/updates.ts'
import { makeAboutHandlers } from './about-handlers.ts'
import type { Handlers } from './calls.ts'
import { makeCatalogueHandlers } from './catalogue-handlers.ts'
import { makeEvaluationHandlers } from './evaluation-handlers.ts'
import { makeExportHandlers, type ExportServices } from './export-handlers.ts'
import { chosenLocale, systemLocale } from './locale.ts'
import type { Notices } from './notices.ts'
import type { Results } from './results.ts'
import { makeUpdatesHandlers } from './updating.ts'
import { makeTrainingHandlers, type TrainingServices } from './training-handlers.ts'
import { windowOf } from './window.ts'

export interface DesktopServices {
  readonly library: Library
  /** Folders: of the program, and of the library. */
  readonly samples: { readonly shipped: string; readonly own: string }
  readonly models: ModelShelf
  readonly conversions: Conversions
  readonly results: Results
  readonly settings: SettingsStore
  readonly runtimes: RuntimeChoice
  readonly training: TrainingServices
  readonly exporting: ExportServices
  readonly fetches: StyleFetches
  readonly rounds: Rounds
  readonly updates: Updates
  readonly licences: Licences
  readonly notices: Notices
  readonly stylesChanged: () => Promise<void>
}

const platforms = ['linux', 'darwin', 'win32'] as const

export function makeHandlers(services: DesktopServices): Handlers {
  const { library, models, conversions, results, settings, runtimes, stylesChanged } = services
  const works = {
    runs: services.training.runs,
    exports: services.exporting.exports,
    fetches: services.fetches,
  }
  const checkpoints = new Map<string, string>()
  return {
    'app.info': () => ({
      version: app.getVersion(),
      systemLocale: systemLocale(),
      platform: platforms.find((known) => known === process.platform) ?? 'other',
    }),

    'library.list': () => library.list(),
    'library.choose': async ({ kind }, contents) => {
      const properties: OpenDialogOptions['properties'] = kind === 'files' ? ['openFile'] : ['openDirectory']
      const filters = kind === 'files' ? [{ name: 'Photos', extensions: [...photoExtensions] }] : []
      const paths = await choose(contents, { properties: [...properties, 'multiSelections'], filters })
      return library.add(paths)
    },
    'library.add': ({ paths }) => library.add(paths),
    'library.addSamples': async () => {
      const { ids } = await library.take(await laySamples(services.samples.shipped, services.samples.own))
      return [...ids]
    },
    'library.remove': ({ ids }) => {
      library.remove(ids)
      return null
    },
    'library.restore': ({ ids }) => {
      library.restore(ids)
      return null
    },
    'library.retry': ({ ids }) => {
      library.retry(ids)
      return null
    },

    'styles.list': () => listStyles(models),
    'styles.chooseCheckpoint': async ({ kind }, contents) => {
      const [path] = await choose(
        contents,
        kind === 'file'
          ? { properties: ['openFile'], filters: [{ name: 'PyTorch', extensions: ['pth', 'pt'] }] }
          : { properties: ['openDirectory'] },
      )
      if (path === undefined) return null
      const token = randomBytes(12).toString('base64url')
      checkpoints.set(token, path)
      return { token, suggestedName: stem(basename(path)) }
    },
    'styles.import': async ({ token, ...names }) => {
      const path = checkpoints.get(token)
      if (path === undefined) throw new Failure('bad-request', undefined, 'no checkpoint was chosen')
      const style = await importStyle(models, path, names)
      checkpoints.delete(token)
      await stylesChanged()
      return style
    },
    'styles.remove': async ({ modelId }) => {
      await models.remove(modelId)
      await conversions.forgetModel(modelId)
      await stylesChanged()
      return null
    },

    'conversions.list': () => conversions.list(),
    'conversions.start': ({ photoIds, modelId, direction }) =>
      conversions.start(photoIds, modelId, direction),
    'conversions.cycle': async ({ id }) => {
      await conversions.startCycle(id)
      return null
    },
    'conversions.cancel': ({ ids }) => {
      conversions.cancel(ids)
      return null
    },

    'results.save': ({ conversionId, strength }, contents) =>
      results.save(windowOf(contents), conversionId, strength),
    'results.reveal': () => {
      results.reveal()
      return null
    },
    'results.prepareDrag': ({ conversionId, strength }) => results.prepareDrag(conversionId, strength),
    'results.drag': ({ token }, contents) => {
      results.drag(contents, token)
      return null
    },

    ...makeCatalogueHandlers(services.fetches),
    ...makeExportHandlers(services.exporting),
    ...makeTrainingHandlers(services.training),
    ...makeEvaluationHandlers(services.rounds),
    ...makeUpdatesHandlers(services.updates, works, () => chosenLocale(settings)),

    ...makeAboutHandlers(services.licences),

    'notices.list': () => [...services.notices.list()],
    'notices.dismiss': ({ id }) => {
      services.notices.dismiss(id)
      return null
    },
    'notices.reveal': ({ id }) => {
      shell.showItemInFolder(services.notices.fileOf(id))
      return null
    },

    'settings.get': () => settings.get(),
    'settings.set': (change) => settings.set(change),

    'runtimes.get': () => runtimes.get(),
    'runtimes.examine': () => runtimes.examineAll(),
  }
}

async function choose(contents: WebContents, options: OpenDialogOptions): Promise<string[]> {
  const { canceled, filePaths } = await dialog.showOpenDialog(windowOf(contents), options)
  return canceled ? [] : filePaths
}
