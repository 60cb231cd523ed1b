/** What the calls of the test real or fake do, in terms of the services. */
import { homedir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { dialog } from 'electron'
import type { Rounds } from '../evaluation/real-or-fake/rounds.ts'
import type { Handlers } from './calls.ts'
import { windowOf } from './window.ts'

type EvaluationCall = Extract<keyof Handlers, `evaluation.${string}`>

export function makeEvaluationHandlers(rounds: Rounds): Pick<Handlers, EvaluationCall> {
  let lastFolder = homedir()
  return {
    'evaluation.chooseFolder': async (_, contents) => {
      const chosen = await dialog.showOpenDialog(windowOf(contents), { properties: ['openDirectory'] })
      const [path] = chosen.canceled ? [] : chosen.filePaths
      return path === undefined ? null : rounds.addFolder(path)
    },
    'evaluation.addFolder': ({ path }) => rounds.addFolder(path),
    'evaluation.state': () => rounds.state(),
    'evaluation.start': (options) => rounds.start(options),
    'evaluation.answer': ({ id, trial, answer, seconds }) => rounds.answer(id, trial, answer, seconds),
    'evaluation.cancel': () => {
      rounds.cancel()
      return null
    },
    'evaluation.export': async ({ id, format }, contents) => {
      const { modelId, created } = rounds.result(id)
      const name = `real-or-fake-${modelId}-${created.slice(0, 10)}.${format}`
      const { canceled, filePath } = await dialog.showSaveDialog(windowOf(contents), {
        defaultPath: join(lastFolder, name),
        filters: [{ name: format.toUpperCase(), extensions: [format] }],
        properties: ['createDirectory'],
      })
      if (canceled || filePath === '') return null
      const written = await rounds.write(id, filePath)
      lastFolder = dirname(written)
      return { name: basename(written) }
    },
    'evaluation.remove': async ({ id }) => {
      await rounds.remove(id)
      return null
    },
  }
}
