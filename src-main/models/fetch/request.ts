/** One GET over HTTP or HTTPS, direct or through a proxy, that follows redirects and does not wait for ever. */
import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import https from 'node:https'
import { isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { Failure, type ErrorCode } from '../../contract/errors.ts'
import type { ProxyFor } from './proxy.ts'

export interface RequestContext {
  /** What is fetched, for messages. */
  readonly subject: string
  readonly proxyFor: ProxyFor
  /** So long the other side may say nothing. */
  readonly idleMs: number
  readonly signal?: AbortSignal
}

const redirectsMost = 5
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])
const proxyAuthenticationRequired = 407

/**
 * The answer to a GET, whatever its status but a redirect; its body is to be read or destroyed. Throws Failure
 * `server-unreachable`, `proxy-failed`, `cancelled`. The body throws `cancelled`, a `download-interrupted` when nothing
 * comes for `idleMs`, or an error of the system.
 */
export async function get(
  address: string,
  headers: Readonly<Record<string, string>>,
  context: RequestContext,
): Promise<IncomingMessage> {
  let at = new URL(address)
  for (let count = 0; count <= redirectsMost; count++) {
    const answer = await getOnce(at, headers, context)
    const status = answer.statusCode ?? 0
    if (!redirects.has(status)) return answer
    answer.destroy()
    at = redirectTarget(at, answer.headers.location, context)
  }
  throw new Failure('server-unreachable', context.subject, `redirects more than ${redirectsMost} times`)
}

function redirectTarget(from: URL, location: string | undefined, { subject }: RequestContext): URL {
  const target = location !== undefined && URL.canParse(location, from.href) ? new URL(location, from) : null
  const known = target !== null && /^https?:$/.test(target.protocol)
  if (!known) throw new Failure('server-unreachable', subject, 'redirects to no address')
  if (from.protocol === 'https:' && target.protocol === 'http:') {
    throw new Failure('server-unreachable', subject, 'redirects to an address without encryption')
  }
  return target
}

async function getOnce(
  address: URL,
  headers: Readonly<Record<string, string>>,
  context: RequestContext,
): Promise<IncomingMessage> {
  const proxy = await context.proxyFor(address).catch((thrown: unknown) => {
    throw named(thrown, context)
  })
  if (proxy === null) return exchange(moduleOf(address).request(address, options(context, headers)), context)
  if (address.protocol === 'https:') {
    const socket = await tunnel(address, proxy, context)
    const servername = isIP(bareHost(address)) === 0 ? bareHost(address) : ''
    const createConnection = (): Socket => connectTls({ socket, servername })
    // No word of an agent: one would connect by itself.
    const { headers: sent, timeout } = options(context, headers)
    return exchange(https.request(address, { headers: sent, timeout, createConnection }), context)
  }
  const forwarded = { host: address.host, ...proxyHeaders(proxy), ...headers }
  const path = new URL(address)
  path.hash = ''
  const request = moduleOf(proxy).request(proxy, {
    ...options(context, forwarded),
    path: path.href,
    auth: null,
  })
  const answer = await exchange(request, context, 'proxy-failed')
  if (answer.statusCode !== proxyAuthenticationRequired) return answer
  answer.destroy()
  throw new Failure('proxy-failed', context.subject, 'the proxy asks for a name and a password')
}

/** A connection through the proxy to the address, on which both speak TLS that the proxy does not understand. */
function tunnel(address: URL, proxy: URL, context: RequestContext): Promise<Socket> {
  const place = `${address.hostname}:${address.port || '443'}`
  const request = moduleOf(proxy).request(proxy, {
    ...options(context, { host: place, ...proxyHeaders(proxy) }),
    method: 'CONNECT',
    path: place,
    auth: null,
  })
  return new Promise((resolve, reject) => {
    request.once('connect', (answer: IncomingMessage, socket: Socket) => {
      if (answer.statusCode === 200) {
        // The time limit goes on with the request that it is for.
        socket.setTimeout(0)
        return resolve(socket)
      }
      socket.destroy()
      reject(new Failure('proxy-failed', context.subject, `the proxy answers ${answer.statusCode}`))
    })
    exchange(request, context, 'proxy-failed').then((answer) => {
      answer.destroy()
      reject(new Failure('proxy-failed', context.subject, `the proxy answers ${answer.statusCode}`))
    }, reject)
  })
}

/** Sends a request; resolves with the head of the answer. `code` is that of a connection that fails before. */
function exchange(
  request: ClientRequest,
  context: RequestContext,
  code: ErrorCode = 'server-unreachable',
): Promise<IncomingMessage> {
  const { signal, subject, idleMs } = context
  return new Promise((resolve, reject) => {
    let answer: IncomingMessage | undefined
    const end = (reason: Failure): void => void (answer ?? request).destroy(reason)
    const onAbort = (): void => end(new Failure('cancelled', subject))
    const onIdle = (): void =>
      end(new Failure(answer === undefined ? code : 'download-interrupted', subject, 'nothing came in time'))
    if (signal?.aborted === true) onAbort()
    signal?.addEventListener('abort', onAbort, { once: true })
    request.on('timeout', onIdle)
    // A connection that was made for it has no time limit yet.
    request.setTimeout(idleMs)
    request.on('response', (response) => {
      answer = response
      resolve(response)
    })
    request.on('error', (thrown) => reject(connectionFailure(thrown, context, code)))
    request.on('close', () => {
      signal?.removeEventListener('abort', onAbort)
      // Node lets go of a connection that is to speak something else, without an error.
      reject(new Failure(code, subject, 'ended without an answer'))
    })
    request.end()
  })
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refuses the connection',
  ECONNRESET: 'broke the connection off',
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'names cannot be looked up',
  ENETUNREACH: 'the network is out of reach',
  EHOSTUNREACH: 'the network is out of reach',
  ETIMEDOUT: 'nothing came in time',
}

function connectionFailure(thrown: unknown, context: RequestContext, code: ErrorCode): Failure {
  if (thrown instanceof Failure) return named(thrown, context)
  const its = systemCodeOf(thrown)
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  // Where several addresses were tried there is no message.
  const detail = (its && reasons[its]) ?? (message.slice(0, 200) || its)
  return new Failure(code, context.subject, detail, { cause: thrown })
}

/** `ECONNRESET` and its like, and those of TLS. */
export function systemCodeOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown)) return undefined
  return typeof thrown.code === 'string' ? thrown.code : undefined
}

/** Who finds the proxy does not know what is fetched. */
function named(thrown: unknown, { subject }: RequestContext): Failure {
  const { code, detail } = Failure.from(thrown)
  return new Failure(code, subject, detail, { cause: thrown })
}

const moduleOf = ({ protocol }: URL): typeof http | typeof https => (protocol === 'https:' ? https : http)

/** Without the brackets of an IPv6 address. */
const bareHost = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '')

function options({ idleMs }: RequestContext, headers: Readonly<Record<string, string>>) {
  // Before there is a connection, too.
  return { headers: { ...headers }, agent: false, timeout: idleMs } satisfies RequestOptions
}

function proxyHeaders({ username, password }: URL): Record<string, string> {
  if (username === '') return {}
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return { 'proxy-authorization': `Basic ${Buffer.from(pair).toString('base64')}` }
}
