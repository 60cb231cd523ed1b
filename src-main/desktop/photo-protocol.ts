/** `photo://<kind>/<id>`: pictures for the window, by opaque id. A path never passes, in either direction. */
import { readFile } from 'node:fs/promises'
import type { Protocol } from 'electron'
import PQueue from 'p-queue'
import { z } from 'zod'
import {
  exportHost,
  findingHost,
  photoScheme,
  pictureKinds,
  sampleHost,
  sampleKinds,
  trialHost,
  type PictureKind,
  type SamplePicture,
} from '../contract/pictures.ts'
import { idSchema } from '../contract/schemas.ts'
import type { Conversions } from '../conversion/conversions.ts'
import type { ResultStore } from '../conversion/result-store.ts'
import type { Rounds } from '../evaluation/real-or-fake/rounds.ts'
import type { Exports } from '../export/exports.ts'
import type { Library } from '../library/library.ts'
import { thumbnail } from '../photos/thumbnail.ts'
import type { TrainingRuns } from '../training/runs.ts'
import type { TrainingFolders } from './training-folders.ts'

const viewLongSide = 2560
const exportLongSide = 512
/** Screen-sized pictures are quick to want again (there and back in the filmstrip) and slow to make. */
const viewsKept = 12
/** Some have to be decoded first, which takes all cores. */
const picturesAtOnce = 4

interface Shown {
  readonly library: Library
  readonly conversions: Conversions
  readonly store: ResultStore
  readonly runs: TrainingRuns
  readonly folders: TrainingFolders
  readonly exports: Exports
  readonly rounds: Rounds
}

interface Picture {
  readonly type: 'image/webp' | 'image/png' | 'image/jpeg'
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

type Asked =
  | { readonly kind: PictureKind; readonly id: string }
  | {
      readonly kind: typeof exportHost
      readonly batch: string
      readonly item: number
      readonly of: 'before' | 'after'
    }
  | { readonly kind: typeof trialHost; readonly round: string; readonly trial: number }
  | { readonly kind: typeof sampleHost; readonly sample: SamplePicture }
  | {
      readonly kind: typeof findingHost
      readonly check: string
      readonly finding: number
      readonly file: number
      readonly of: 'file' | 'twin'
    }

const place = z
  .string()
  .regex(/^\d{1,9}$/)
  .transform(Number)
const samplePath = z.tuple([idSchema, place, z.enum(['a', 'b']), place, z.enum(sampleKinds)])
const trialPath = z.tuple([idSchema, place])
const exportPath = z.tuple([idSchema, place, z.enum(['before', 'after'])])
const findingPath = z.tuple([idSchema, place, place, z.enum(['file', 'twin'])])

/** Null for whatever is not one of our addresses. */
function parse(url: string): Asked | null {
  const { hostname, pathname } = new URL(url)
  const parts = pathname.slice(1).split('/')
  if (hostname === sampleHost) {
    const path = samplePath.safeParse(parts)
    if (!path.success) return null
    const [runId, step, side, index, kind] = path.data
    return { kind: sampleHost, sample: { runId, step, side, index, kind } }
  }
  if (hostname === trialHost) {
    const path = trialPath.safeParse(parts)
    return path.success ? { kind: trialHost, round: path.data[0], trial: path.data[1] } : null
  }
  if (hostname === exportHost) {
    const path = exportPath.safeParse(parts)
    if (!path.success) return null
    const [batch, item, of] = path.data
    return { kind: exportHost, batch, item, of }
  }
  if (hostname === findingHost) {
    const path = findingPath.safeParse(parts)
    if (!path.success) return null
    const [check, finding, file, of] = path.data
    return { kind: findingHost, check, finding, file, of }
  }
  const kind = pictureKinds.find((known) => known === hostname)
  const id = idSchema.safeParse(pathname.slice(1))
  return kind === undefined || !id.success ? null : { kind, id: id.data }
}

async function open(shown: Shown, views: Map<string, Promise<Buffer>>, asked: Asked): Promise<Picture> {
  const { library, conversions, store, runs, folders, exports, rounds } = shown
  switch (asked.kind) {
    case 'sample':
      return { type: 'image/jpeg', content: await readFile(runs.sampleFile(asked.sample)) }
    case 'trial':
      return { type: 'image/jpeg', content: rounds.picture(asked.round, asked.trial) }
    case 'export': {
      const file = exports.pictureFile(asked.batch, asked.item, asked.of)
      return { type: 'image/webp', content: await thumbnail(file, exportLongSide) }
    }
    case 'finding': {
      const { check, finding, file, of } = asked
      return { type: 'image/webp', content: await folders.findingPicture(check, finding, file, of) }
    }
    case 'thumbnail':
      return { type: 'image/webp', content: await library.thumbnail(asked.id) }
    case 'view':
      return { type: 'image/webp', content: await view(library, views, asked.id) }
    case 'after-thumbnail':
      conversions.finished(asked.id)
      return { type: 'image/webp', content: await store.thumbnail(asked.id) }
    default:
      conversions.finished(asked.id)
      return { type: 'image/png', content: await readFile(store.pictureFile(asked.id, asked.kind)) }
  }
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
  } catch {
    views.delete(key)
    // Of a photo that is not there now the small picture may be.
    return library.thumbnail(id)
  }
}
