/** The bridge between the sandboxed window and the program: the contract's names, and nothing else, may pass. */
import { contextBridge, ipcRenderer, webUtils } from 'electron'
import type { Bridge, CallName, EventName } from './contract/contract.ts'
import { bridgeCalls, bridgeEvents, callChannel, eventChannel } from './contract/channels.ts'

const allowedCalls = new Set<string>(bridgeCalls)
const allowedEvents = new Set<string>(bridgeEvents)

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
  addFiles: (files) => {
    const paths = files.map((file) => webUtils.getPathForFile(file)).filter((path) => path !== '')
    const name: CallName = 'library.add'
    return ipcRenderer.invoke(callChannel, name, { paths })
  },
}

contextBridge.exposeInMainWorld('solstice', bridge)
