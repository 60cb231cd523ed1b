/** What the calls of the train room do, in terms of the services. */
import { dialog } from 'electron'
import type { StepPace } from '../training/measure.ts'
import type { TrainingRuns } from '../training/runs.ts'
import type { Handlers } from './calls.ts'
import type { TrainingFolders } from './training-folders.ts'
import { windowOf } from './window.ts'

export interface TrainingServices {
  readonly runs: TrainingRuns
  readonly folders: TrainingFolders
  readonly pace: StepPace
  readonly stylesChanged: () => Promise<void>
}

type TrainingCall = Extract<keyof Handlers, `training.${string}`>

export function makeTrainingHandlers(services: TrainingServices): Pick<Handlers, TrainingCall> {
  const { runs, folders, pace, stylesChanged } = services
  return {
    'training.chooseFolder': async (_, contents) => {
      const chosen = await dialog.showOpenDialog(windowOf(contents), { properties: ['openDirectory'] })
      const [path] = chosen.canceled ? [] : chosen.filePaths
      return path === undefined ? null : folders.addFolder(path)
    },
    'training.addFolder': ({ path }) => folders.addFolder(path),
    'training.check': ({ a, b, settings }) => folders.check(a, b, settings),
    'training.cancelCheck': () => {
      folders.cancelCheck()
      return null
    },
    'training.preset': ({ preset, pictures, from }) => folders.preset(preset, pictures, from),
    'training.measure': async ({ settings }) => ({ stepSeconds: await pace.measure(settings) }),

    'training.list': () => [...runs.list()],
    'training.start': async ({ a, b, settings, name, from }) =>
      runs.start(await folders.checked(a, b, settings), { name, from, settings }),
    'training.pause': async ({ id }) => {
      await runs.pause(id)
      return null
    },
    'training.resume': ({ id }) => {
      runs.resume(id)
      return null
    },
    'training.stop': async ({ id }) => {
      await runs.stop(id)
      return null
    },
    'training.remove': async ({ id }) => {
      await runs.remove(id)
      return null
    },
    'training.reports': async ({ id }) => [...(await runs.reports(id))],
    'training.keep': async ({ id, ...names }) => {
      const style = await runs.keep(id, names)
      await stylesChanged()
      return style
    },
  }
}
