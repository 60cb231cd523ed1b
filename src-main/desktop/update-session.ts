/**
 * The session that electron-updater asks with, its own and not the window's: it reaches what the feed may name and says
 * no more than a request must.
 */
import type { Session } from 'electron'
import { isAllowed } from '../updates/feed.ts'

/** In lower case. */
const needed: ReadonlySet<string> = new Set(['accept', 'range', 'cache-control'])

export function guardUpdates(session: Session, inDevelopment: boolean): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  session.setPermissionCheckHandler(() => false)
  session.setUserAgent('Solstice', 'en')
  session.webRequest.onBeforeRequest(({ url }, answer) => {
    answer({ cancel: !isAllowed(new URL(url), inDevelopment) })
  })
  session.webRequest.onBeforeSendHeaders(({ requestHeaders }, answer) => {
    const kept = Object.entries(requestHeaders).filter(([name]) => needed.has(name.toLowerCase()))
    answer({ requestHeaders: { ...Object.fromEntries(kept), 'User-Agent': 'Solstice' } })
  })
}
