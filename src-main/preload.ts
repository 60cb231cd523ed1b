/** The bridge between the sandboxed window and the program: the contract's names, and nothing else, may pass. */
import { contextBridge, ipcRenderer, webUtils } from 'electron'
import type { Answer, Bridge, CallName, EventName } from './contract/contract.ts'
import { bridgeCalls, bridgeEvents, callChannel, eventChannel } from './contract/channels.ts'

const allowedCalls = new Set<string>(bridgeCalls)
const allowedEvents = new Set<string>(bridgeEvents)

/** A call takes 10,000 at most. */
const pathsPerCall = 5000

function add(paths: readonly string[]): Promise<Answer<'library.add'>> {
  const name: CallName = 'library.add'
  return ipcRenderer.invoke(callChannel, name, { paths }) as Promise<Answer<'library.add'>>
}

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
    const paths = files.map((file) => webUtils.getPathForFile(file)).filter((path) => path !== '')
    let added = 0
    do {
      const answer = await add(paths.splice(0, pathsPerCall))
      if (!answer.ok) return answer
      added += answer.value
    } while (paths.length > 0)
    return { ok: true, value: added }
  },
  addTrainingFolder: (folder) => {
    const name: CallName = 'training.addFolder'
    const path = webUtils.getPathForFile(folder)
    return ipcRenderer.invoke(callChannel, name, { path }) as Promise<Answer<'training.addFolder'>>
  },
}

contextBridge.exposeInMainWorld('solstice', bridge)
