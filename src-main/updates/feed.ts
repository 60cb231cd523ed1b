/** The feed that a packaged copy was given, if any: `app-update.yml`, which electron-builder writes for electron-updater. */
import { readFile } from 'node:fs/promises'

/** As `url:` says it, of a `generic` provider; other providers are none of ours. */
const urlLine = /^url:[ \t]*(["']?)(\S+)\1[ \t]*\r?$/m
const genericLine = /^provider:[ \t]*(["']?)generic\1[ \t]*\r?$/m

const ownComputer: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])

/** https, or for tests this computer: what comes otherwise could be anybody's. */
export const isAllowed = (address: URL, inDevelopment: boolean): boolean =>
  address.protocol === 'https:' ||
  (inDevelopment && address.protocol === 'http:' && ownComputer.has(address.hostname))

/** The feed's address, or null where the file names none that may be asked, or is not there. */
export async function readFeed(path: string, inDevelopment: boolean): Promise<URL | null> {
  const text = await readFile(path, 'utf8').catch(() => '')
  const url = urlLine.exec(text)?.[2]
  if (url === undefined || !genericLine.test(text) || !URL.canParse(url)) return null
  const address = new URL(url)
  return isAllowed(address, inDevelopment) && address.username === '' ? address : null
}
