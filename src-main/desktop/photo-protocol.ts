/** `photo://<kind>/<id>`: pictures for the window, by opaque id. A path never passes, in either direction. */
import { readFile } from 'node:fs/promises'
import type { Protocol } from 'electron'
import PQueue from 'p-queue'
import { photoScheme, pictureKinds, type PictureKind } from '../contract/pictures.ts'
import { idSchema } from '../contract/schemas.ts'
import type { Conversions } from '../conversion/conversions.ts'
import type { ResultStore } from '../conversion/result-store.ts'
import type { Library } from '../library/library.ts'
import { thumbnail } from '../photos/thumbnail.ts'

const viewLongSide = 2560
/** Screen-sized pictures are quick to want again (there and back in the filmstrip) and slow to make. */
const viewsKept = 12
/** Some have to be decoded first, which takes all cores. */
const picturesAtOnce = 4

interface Shown {
  readonly library: Library
  readonly conversions: Conversions
  readonly store: ResultStore
}

interface Picture {
  readonly type: 'image/webp' | 'image/png'
  readonly content: Buffer
}

export function servePhotos(protocol: Protocol, shown: Shown): void {
  const views = new Map<string, Promise<Buffer>>()
  const queue = new PQueue({ concurrency: picturesAtOnce })
  protocol.handle(photoScheme, async ({ url, method, signal }) => {
    const asked = method === 'GET' ? parse(url) : null
    const make = async (): Promise<Picture | null> =>
      asked === null || signal.aborted ? null : open(shown, views, asked)
    const picture = await queue.add(make).catch(() => null)
    if (!picture) return new Response(null, { status: 404 })
    return new Response(new Uint8Array(picture.content), {
      headers: {
        'content-type': picture.type,
        'cache-control': 'no-cache',
        'x-content-type-options': 'nosniff',
      },
    })
  })
}

interface Asked {
  readonly kind: PictureKind
  readonly id: string
}

function parse(url: string): Asked | null {
  const { hostname, pathname } = new URL(url)
  const kind = pictureKinds.find((known) => known === hostname)
  const id = idSchema.safeParse(pathname.slice(1))
  return kind === undefined || !id.success ? null : { kind, id: id.data }
}

async function open(
  { library, conversions, store }: Shown,
  views: Map<string, Promise<Buffer>>,
  { kind, id }: Asked,
): Promise<Picture> {
  if (kind === 'thumbnail') return { type: 'image/webp', content: await library.thumbnail(id) }
  if (kind === 'view') return { type: 'image/webp', content: await view(library, views, id) }
  conversions.finished(id)
  if (kind === 'after-thumbnail') {
    return { type: 'image/webp', content: await store.thumbnail(id) }
  }
  return { type: 'image/png', content: await readFile(store.pictureFile(id, kind)) }
}

async function view(library: Library, views: Map<string, Promise<Buffer>>, id: string): Promise<Buffer> {
  const key = `${id} ${await library.fingerprint(id)}`
  const picture = views.get(key) ?? thumbnail(library.pathOf(id), viewLongSide)
  // Last used, last out.
  views.delete(key)
  views.set(key, picture)
  for (const oldest of [...views.keys()].slice(0, -viewsKept)) views.delete(oldest)
  try {
    return await picture
  } catch (error) {
    views.delete(key)
    throw error
  }
}
