/** The bridge between the sandboxed window and the program: the contract's names, and nothing else, may pass. */
import { contextBridge, ipcRenderer, webUtils } from 'electron'
import type { Answer, Bridge, CallResult, EventName } from './contract/contract.ts'
import { bridgeCalls, bridgeEvents, callChannel, eventChannel } from './contract/channels.ts'

const allowedCalls = new Set<string>(bridgeCalls)
const allowedEvents = new Set<string>(bridgeEvents)

/** A call takes 10,000 at most. */
const pathsPerCall = 5000

function add<Name extends 'library.add' | 'export.addSources'>(
  name: Name,
  paths: readonly string[],
): Promise<Answer<Name>> {
  return ipcRenderer.invoke(callChannel, name, { paths }) as Promise<Answer<Name>>
}

function addFolder<Name extends 'training.addFolder' | 'evaluation.addFolder'>(
  name: Name,
  folder: File,
): Promise<Answer<Name>> {
  const path = webUtils.getPathForFile(folder)
  return ipcRenderer.invoke(callChannel, name, { path }) as Promise<Answer<Name>>
}

/** Of those that are files of this computer. */
const pathsOf = (files: readonly File[]): string[] =>
  files.map((file) => webUtils.getPathForFile(file)).filter((path) => path !== '')

const bridge: Bridge = {
  call: (name, args) => {
    if (!allowedCalls.has(name)) return Promise.reject(new Error(`There is no call ${name}`))
    return ipcRenderer.invoke(callChannel, name, args)
  },
  on: (name, listener) => {
    if (!allowedEvents.has(name)) throw new Error(`There is no event ${name}`)
    const pass = (_event: unknown, told: EventName, data: Parameters<typeof listener>[0]): void => {
      if (told === name) listener(data)
    }
    ipcRenderer.on(eventChannel, pass)
    return () => {
      ipcRenderer.off(eventChannel, pass)
    }
  },
  addFiles: async (files) => {
    const paths = pathsOf(files)
    let added = 0
    do {
      const answer = await add('library.add', paths.splice(0, pathsPerCall))
      if (!answer.ok) return answer
      added += answer.value
    } while (paths.length > 0)
    return { ok: true, value: added }
  },
  addExportSources: async (files) => {
    const paths = pathsOf(files)
    const sources: CallResult<'export.addSources'> = { photoIds: [], folderIds: [], folders: [] }
    do {
      const answer = await add('export.addSources', paths.splice(0, pathsPerCall))
      if (!answer.ok) return answer
      sources.photoIds.push(...answer.value.photoIds)
      sources.folderIds.push(...answer.value.folderIds)
      sources.folders.push(...answer.value.folders)
    } while (paths.length > 0)
    return { ok: true, value: sources }
  },
  addTrainingFolder: (folder) => addFolder('training.addFolder', folder),
  addTestFolder: (folder) => addFolder('evaluation.addFolder', folder),
}

contextBridge.exposeInMainWorld('solstice', bridge)
