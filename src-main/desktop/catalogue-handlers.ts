/** What the calls for styles that can be fetched do, in terms of the service. */
import { clipboard, dialog } from 'electron'
import type { StyleFetches } from '../models/fetch/style-fetches.ts'
import { styleOf } from '../models/styles.ts'
import type { Handlers } from './calls.ts'
import { windowOf } from './window.ts'

type CatalogueCall = Extract<keyof Handlers, `catalogue.${string}`>

export function makeCatalogueHandlers(fetches: StyleFetches): Pick<Handlers, CatalogueCall> {
  return {
    'catalogue.list': () => fetches.list(),
    'catalogue.fetch': async ({ task }) => {
      await fetches.start(task)
      return null
    },
    'catalogue.cancel': ({ task }) => {
      fetches.cancel(task)
      return null
    },
    'catalogue.importFile': async ({ task }, contents) => {
      const chosen = await dialog.showOpenDialog(windowOf(contents), {
        properties: ['openFile'],
        filters: [{ name: 'PyTorch', extensions: ['pth', 'pt'] }],
      })
      const [path] = chosen.canceled ? [] : chosen.filePaths
      return path === undefined ? null : styleOf(await fetches.importFile(task, path))
    },
    'catalogue.copyAddress': async ({ task }) => {
      await clipboard.writeText(await fetches.addressOf(task))
      return null
    },
  }
}
