/** A feed of new versions as electron-builder publishes it for Linux, on this computer; it keeps what it was asked. */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'

export interface Asked {
  readonly path: string
  readonly headers: IncomingHttpHeaders
}

export class FeedServer {
  readonly asked: Asked[] = []
  version = '99.1.0'
  notes = ''
  /** What the file holds, and what the feed says that it holds. */
  file: Buffer
  promised: Buffer
  /** Send so many bytes of the file, and no more. */
  holdAfter: number | null = null
  /** Leads everything elsewhere. */
  redirect: string | null = null
  readonly #held = new Set<ServerResponse>()
  readonly #server = createServer((request, response) => {
    const path = new URL(request.url ?? '', 'http://feed').pathname
    this.asked.push({ path, headers: request.headers })
    if (this.redirect !== null) response.writeHead(302, { location: this.redirect }).end()
    else if (path === '/feed/latest-linux.yml') response.end(this.#feed())
    else if (path === `/feed/${this.#name}`) this.#send(response)
    else response.writeHead(404).end()
  })

  constructor(file: Buffer) {
    this.file = file
    this.promised = file
  }

  get address(): string {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('The server does not listen')
    return `http://127.0.0.1:${address.port}/feed`
  }

  get listening(): boolean {
    return this.#server.listening
  }

  get paths(): string[] {
    return this.asked.map(({ path }) => path)
  }

  async listen(): Promise<this> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    return this
  }

  async close(): Promise<void> {
    for (const response of this.#held) response.destroy()
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  /** What a package has in its resources. */
  async writeConfig(path: string): Promise<string> {
    await writeFile(path, `provider: generic\nurl: ${this.address}\nupdaterCacheDirName: solstice-updater\n`)
    return path
  }

  get #name(): string {
    return `Solstice-${this.version}.AppImage`
  }

  #feed(): string {
    const sha512 = createHash('sha512').update(this.promised).digest('base64')
    return [
      `version: ${this.version}`,
      'files:',
      `  - url: ${this.#name}`,
      `    sha512: ${sha512}`,
      `    size: ${this.promised.length}`,
      `path: ${this.#name}`,
      `sha512: ${sha512}`,
      `releaseNotes: ${JSON.stringify(this.notes)}`,
      "releaseDate: '2026-11-23T12:00:00.000Z'",
    ].join('\n')
  }

  #send(response: ServerResponse): void {
    response.writeHead(200, { 'content-length': this.file.length })
    if (this.holdAfter === null) response.end(this.file)
    else {
      this.#held.add(response)
      response.write(this.file.subarray(0, this.holdAfter))
    }
  }
}
