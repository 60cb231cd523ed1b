/** The door of the main process: every message's sender, name and arguments are checked here, and only here. */
import type { BrowserWindow, IpcMain, WebContents } from 'electron'
import type { z } from 'zod'
import { callChannel, eventChannel } from '../contract/channels.ts'
import {
  calls,
  type Answer,
  type CallName,
  type CallResult,
  type EventData,
  type EventName,
} from '../contract/contract.ts'
import { Failure } from '../contract/errors.ts'
import { isOwnFrame } from './security.ts'

/** What each call does; `contents` is the window that asks. */
export type Handlers = {
  readonly [Name in CallName]: (
    args: z.output<(typeof calls)[Name]['args']>,
    contents: WebContents,
  ) => CallResult<Name> | Promise<CallResult<Name>>
}

/** The window loads while `open` is under way; what it asks meanwhile waits for that. */
export function answerCalls(ipcMain: IpcMain, handlers: Handlers, open: Promise<unknown>): void {
  ipcMain.handle(callChannel, async (event, name: unknown, args: unknown): Promise<Answer<CallName>> => {
    try {
      if (!isOwnFrame(event.senderFrame)) throw new Failure('bad-request', undefined, 'unknown sender')
      if (!isCallName(name)) throw new Failure('bad-request', undefined, 'unknown call')
      await open
      return { ok: true, value: await dispatch(handlers, name, args, event.sender) }
    } catch (thrown) {
      return { ok: false, failure: Failure.from(thrown).toData() }
    }
  })
}

const isCallName = (name: unknown): name is CallName => typeof name === 'string' && Object.hasOwn(calls, name)

async function dispatch<Name extends CallName>(
  handlers: Handlers,
  name: Name,
  args: unknown,
  contents: WebContents,
): Promise<CallResult<Name>> {
  const checked = calls[name].args.safeParse(args)
  if (!checked.success) throw new Failure('bad-request', undefined, `${name}: ${checked.error.message}`)
  return handlers[name](checked.data as z.output<(typeof calls)[Name]['args']>, contents)
}

/** Tells the window something that it did not ask for. */
export function tellWindow<Name extends EventName>(
  window: BrowserWindow | null,
  name: Name,
  data: EventData<Name>,
): void {
  if (window !== null && !window.isDestroyed()) window.webContents.send(eventChannel, name, data)
}
