/** The menu bar of macOS, which an app must have for quitting, copying and pasting; elsewhere the window has none. */
import { app, Menu } from 'electron'
import type { Locale } from '../contract/schemas.ts'
import { desktopText } from './text.ts'

/** `showAbout` opens About in the window. The system names the other items, in its own language. */
export function macMenu(locale: Locale, showAbout: () => void): Menu {
  return Menu.buildFromTemplate([
    {
      label: app.name,
      submenu: [
        { label: desktopText[locale].about, click: showAbout },
        { type: 'separator' },
        { role: 'services' },
        { type: 'separator' },
        { role: 'hide' },
        { role: 'hideOthers' },
        { role: 'unhide' },
        { type: 'separator' },
        { role: 'quit' },
      ],
    },
    { role: 'fileMenu' },
    { role: 'editMenu' },
    { role: 'windowMenu' },
  ])
}
