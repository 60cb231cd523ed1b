/** Test support: a server of one file, which can misbehave in every way that a test asks for, and proxies before it. */
import { createHash } from 'node:crypto'
import http, { type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'

export interface FileServerOptions {
  /** Answers ranges (the default). */
  readonly ranges?: boolean
  /** ETag and Last-Modified, or the one without the other, or neither. */
  readonly validators?: 'both' | 'etag' | 'date' | 'none'
  /** States its length (the default); chunked otherwise. */
  readonly length?: boolean
  /** Of an answer sends so many bytes and no more, until `release` or `cut`. */
  readonly holdAfter?: number
  /** Answers in its own way; true when it has. */
  readonly instead?: (request: IncomingMessage, response: ServerResponse) => boolean
}

export interface Asked {
  readonly url: string
  readonly range: string | undefined
  readonly headers: IncomingMessage['headers']
}

const date = 'Wed, 21 Oct 2015 07:28:00 GMT'

abstract class LocalServer {
  readonly asked: Asked[] = []
  protected readonly server: Server
  readonly #sockets = new Set<Socket>()
  /** `http://127.0.0.1:PORT`; stays when the server is closed. */
  origin = ''

  constructor() {
    this.server = http.createServer((request, response) => {
      const { url = '', headers } = request
      this.asked.push({ url, range: headers.range, headers })
      this.answer(request, response)
    })
    this.server.on('connection', (socket) => {
      this.#sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => this.#sockets.delete(socket))
    })
  }

  protected abstract answer(request: IncomingMessage, response: ServerResponse): void

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve))
    this.origin = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
    return this
  }

  /** Breaks all connections. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve))
    this.cut()
    await closed
  }
}

export class FileServer extends LocalServer {
  file: Uint8Array
  options: FileServerOptions

  constructor(file: Uint8Array, options: FileServerOptions = {}) {
    super()
    this.file = file
    this.options = options
  }

  get address(): string {
    return `${this.origin}/models/small.pth`
  }

  protected answer(request: IncomingMessage, response: ServerResponse): void {
    const { ranges = true, validators = 'both', length = true, holdAfter, instead } = this.options
    if (instead?.(request, response) === true) return
    const etag = `"${createHash('sha256').update(this.file).digest('hex').slice(0, 16)}"`
    const changed = new Date(Date.parse(date) + (this.file[0] ?? 0) * 1000).toUTCString()
    if (validators === 'both' || validators === 'etag') response.setHeader('etag', etag)
    if (validators === 'both' || validators === 'date') response.setHeader('last-modified', changed)
    const { range, 'if-range': condition } = request.headers
    const [, from] = /^bytes=(\d+)-$/.exec(range ?? '') ?? []
    const holds = condition === undefined || condition === etag || condition === changed
    const start = ranges && from !== undefined && holds ? Number(from) : 0
    if (start > 0 && start >= this.file.length) {
      response.writeHead(416, { 'content-range': `bytes */${this.file.length}` }).end()
      return
    }
    const body = this.file.subarray(start)
    if (length) response.setHeader('content-length', body.length)
    if (start > 0) {
      const place = `bytes ${start}-${this.file.length - 1}/${this.file.length}`
      response.writeHead(206, { 'content-range': place })
    }
    if (holdAfter === undefined) response.end(body)
    else response.write(body.subarray(0, holdAfter))
  }
}

/** A proxy that passes requests on in both forms: with the whole address, and as a tunnel. */
export class ProxyServer extends LocalServer {
  /** What it wants to see in `Proxy-Authorization`; null: nothing. */
  readonly #password: string | null

  constructor(password: string | null = null) {
    super()
    this.#password = password
    this.server.on('connect', (request: IncomingMessage, socket: Socket) => {
      const { url = '', headers } = request
      this.asked.push({ url: `CONNECT ${url}`, range: undefined, headers })
      const { hostname, port } = new URL(`http://${url}`)
      if (!this.#allows(request)) return void socket.end('HTTP/1.1 407 Not You\r\n\r\n')
      const target = connect(Number(port || 80), hostname, () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n')
        socket.pipe(target).pipe(socket)
      })
      target.on('error', () => socket.destroy())
      socket.on('error', () => target.destroy())
    })
  }

  protected answer(request: IncomingMessage, response: ServerResponse): void {
    if (!this.#allows(request)) return void response.writeHead(407).end()
    const headers = { ...request.headers }
    delete headers['proxy-authorization']
    const forwarded = http.request(request.url ?? '', { headers, agent: false }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(response)
    })
    forwarded.on('error', () => response.writeHead(502).end())
    forwarded.end()
  }

  #allows({ headers }: IncomingMessage): boolean {
    if (this.#password === null) return true
    const expected = `Basic ${Buffer.from(this.#password).toString('base64')}`
    return headers['proxy-authorization'] === expected
  }
}
