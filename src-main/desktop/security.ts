/**
 * What Electron's security checklist asks for, in one place: the window loads its own files through `app:`, shows
 * pictures through `photo:`, and reaches nothing else; it cannot navigate, open windows or ask for permissions.
 */
import { readFile } from 'node:fs/promises'
import { extname, join, normalize, sep } from 'node:path'
import { app, type Protocol, type Session, type WebFrameMain } from 'electron'
import { photoScheme } from '../contract/pictures.ts'

export const windowScheme = 'app'
const windowHost = 'solstice'
export const windowOrigin = `${windowScheme}://${windowHost}`

/** `img-src` alone reaches beyond the window's own files, and only to photos by id. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  `img-src 'self' ${photoScheme}: data: blob:`,
  "font-src 'self'",
  "connect-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
}

/** Both schemes, to be registered before the app is ready. */
export function registerSchemes(protocol: Protocol): void {
  const privileges = { standard: true, secure: true }
  protocol.registerSchemesAsPrivileged([
    // What V8 has compiled is kept beside the profile: the next start of the window is quicker by that.
    { scheme: windowScheme, privileges: { ...privileges, codeCache: true } },
    { scheme: photoScheme, privileges },
  ])
}

/** Serves the window's own files, which lie in `folder`, and nothing beside them. */
export function serveWindow(protocol: Protocol, folder: string): void {
  protocol.handle(windowScheme, async ({ url, method }) => {
    const { pathname, host } = new URL(url)
    const file = normalize(join(folder, pathname))
    const type = types[extname(file)]
    const allowed = method === 'GET' && host === windowHost && file.startsWith(folder + sep)
    const content = allowed && type !== undefined ? await readFile(file).catch(() => null) : null
    if (content === null || type === undefined) return new Response(null, { status: 404 })
    return new Response(new Uint8Array(content), {
      headers: {
        'content-type': type,
        'content-security-policy': contentSecurityPolicy,
        'x-content-type-options': 'nosniff',
      },
    })
  })
}

const allowedSchemes: ReadonlySet<string> = new Set([
  `${windowScheme}:`,
  `${photoScheme}:`,
  'data:',
  'blob:',
  'devtools:',
])

/**
 * A session's spell checker fetches its dictionaries from Google, whatever a window's own preference says, and begins
 * soon after the session is made: it is off from the first moment, in every session that will ever exist.
 */
export function checkNoSpelling(): void {
  app.on('session-created', (session) => {
    session.setSpellCheckerEnabled(false)
    session.setSpellCheckerLanguages([])
  })
}

export function lockSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
  session.webRequest.onBeforeRequest(({ url }, answer) => {
    answer({ cancel: !allowedSchemes.has(new URL(url).protocol) })
  })
}

/** For every contents that will ever exist, also those that nobody meant to create. */
export function lockContents(): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.setWindowOpenHandler(() => ({ action: 'deny' }))
    contents.on('will-navigate', (event) => event.preventDefault())
    contents.on('will-redirect', (event) => event.preventDefault())
    contents.on('will-attach-webview', (event) => event.preventDefault())
  })
}

/** True for the window's own main frame; a frame that is gone or somebody else's is not. */
export function isOwnFrame(frame: WebFrameMain | null): boolean {
  return frame !== null && frame.parent === null && frame.origin === windowOrigin
}
