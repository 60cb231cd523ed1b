/** Which proxy a request goes through: from the environment as other programs of a terminal read it, or from Chromium's word. */
import { Failure } from '../../contract/errors.ts'

/** The proxy for an address; null: none. Throws `proxy-failed` where it is of a kind that is not known here. */
export type ProxyFor = (address: URL) => Promise<URL | null>

/**
 * `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`, in capitals or not, the small ones first. A scheme may be missing;
 * `NO_PROXY` lists hosts (with all below them) and ports, or is `*`.
 */
export function environmentProxy(environment: NodeJS.ProcessEnv = process.env): ProxyFor {
  const read = (name: string): string => environment[name] || environment[name.toUpperCase()] || ''
  return async (address) => {
    const proxy = read(address.protocol === 'https:' ? 'https_proxy' : 'http_proxy')
    return proxy === '' || isExcepted(address, read('no_proxy')) ? null : proxyUrl(proxy)
  }
}

/**
 * Chromium's list of proxies for an address, such as `PROXY a:3128; DIRECT`: the first that is no SOCKS proxy.
 * Throws `proxy-failed` where there is no other.
 */
export function proxyOfRules(rules: string): URL | null {
  const choices = rules.split(';').map((rule) => rule.trim().split(/\s+/))
  for (const [kind, host] of choices) {
    if (kind === 'DIRECT') return null
    if (kind === 'PROXY' && host !== undefined) return proxyUrl(`http://${host}`)
    if (kind === 'HTTPS' && host !== undefined) return proxyUrl(`https://${host}`)
  }
  if (rules.trim() === '') return null
  throw new Failure('proxy-failed', undefined, `${rules.slice(0, 100)} is a kind that is not known here`)
}

function proxyUrl(text: string): URL {
  const withScheme = text.includes('://') ? text : `http://${text}`
  const url = URL.canParse(withScheme) ? new URL(withScheme) : null
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new Failure('proxy-failed', undefined, 'its address is not one of an HTTP proxy')
  }
  return url
}

function isExcepted(address: URL, list: string): boolean {
  const host = address.hostname.toLowerCase()
  const port = address.port || (address.protocol === 'https:' ? '443' : '80')
  const entries = list.toLowerCase().split(/[\s,]+/)
  return entries.some((entry) => {
    if (entry === '' || entry === '*') return entry === '*'
    const [, name = entry, itsPort] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? []
    const bare = name.replace(/^\*?\./, '')
    return (host === bare || host.endsWith(`.${bare}`)) && (itsPort === undefined || itsPort === port)
  })
}
