/** What a window sees of exports: settings, batches, the photos in them. Schemas first, types from them. */
import { z } from 'zod'
import { failureSchema } from './errors.ts'
import { directionSchema, idSchema, modelIdSchema, outputFormatSchema, progressSchema } from './schemas.ts'

const quality = z.number().int().min(1).max(100)
/** `same`: as deep as the photo. */
const depthSchema = z.enum(['same', '8', '16'])

/** The photo's own size is the most: photos are never enlarged. */
export const exportSizeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('full') }),
  /** The long side, in pixels. */
  z.object({ kind: z.literal('side'), pixels: z.number().int().min(8).max(65_535) }),
  z.object({ kind: z.literal('percent'), percent: z.number().min(1).max(100) }),
])
export type ExportSize = Readonly<z.infer<typeof exportSizeSchema>>

/**
 * How a result gets the photo's size. `guided`: the network runs at the model's working size, and the change that it
 * makes, a painter's strokes with it, is carried to the photo's pixels. `native`: the network runs at the photo's own
 * pixels. `draft`: so, too, but on a processor with numbers of 8 bits, which is faster.
 */
export const detailSchema = z.enum(['guided', 'native', 'draft'])
export type Detail = z.infer<typeof detailSchema>

/** `keep`: the photo's own profile. */
export const outputColourSchema = z.enum(['keep', 'srgb', 'display-p3'])
export type OutputColour = z.infer<typeof outputColourSchema>

export const conflictSchema = z.enum(['unique', 'overwrite', 'skip'])
export type OnConflict = z.infer<typeof conflictSchema>

/** Which of a photo's metadata go along. */
export const metadataGroupsSchema = z.object({
  /** Camera, lens, exposure, date, maker notes. */
  camera: z.boolean(),
  /** Where it was taken: GPS and place names. */
  place: z.boolean(),
  /** Title, caption, keywords, rating. */
  captions: z.boolean(),
  /** Who made it and who owns it. */
  copyright: z.boolean(),
})
export type MetadataGroups = Readonly<z.infer<typeof metadataGroupsSchema>>

export const exportSettingsSchema = z.object({
  /** `same`: as the photo, where we write its format. */
  format: z.enum(['same', ...outputFormatSchema.options]),
  // Each format keeps its own, whichever is chosen.
  jpeg: z.object({ quality, chroma: z.enum(['4:4:4', '4:2:0']), progressive: z.boolean() }),
  png: z.object({ depth: depthSchema }),
  webp: z.object({ lossless: z.boolean(), quality }),
  avif: z.object({ lossless: z.boolean(), quality }),
  tiff: z.object({ depth: depthSchema, compression: z.enum(['deflate', 'lzw', 'none']) }),
  size: exportSizeSchema,
  detail: detailSchema,
  /** 0…1: how much of the change is kept. */
  strength: z.number().min(0).max(1),
  colour: outputColourSchema,
  metadata: metadataGroupsSchema,
  /** Say in XMP which style made it, at what strength. */
  note: z.boolean(),
  /** Without the ending: `{name}-{direction}`. */
  name: z.string().min(1).max(200),
  onConflict: conflictSchema,
})
export type ExportSettings = Readonly<z.infer<typeof exportSettingsSchema>>

export const exportPresetSchema = z.object({
  name: z.string().trim().min(1).max(60),
  settings: exportSettingsSchema,
})
export type ExportPreset = Readonly<z.infer<typeof exportPresetSchema>>

export const exportStyleSchema = z.object({ modelId: modelIdSchema, direction: directionSchema })
export type ExportStyle = Readonly<z.infer<typeof exportStyleSchema>>

/** Photos of the shelf, and folders that were chosen or dropped for this export. */
export const exportSourcesSchema = z.object({
  photoIds: z.array(idSchema).max(100_000),
  folderIds: z.array(idSchema).max(1000),
})
export type ExportSources = Readonly<z.infer<typeof exportSourcesSchema>>

/** A folder that was chosen, to take photos from or to put results in; its path stays on the other side. */
export const exportFolderSchema = z.object({
  id: idSchema,
  /** The folder's own name. */
  name: z.string(),
  /** Photos in it and below; null for a folder to put results in. */
  photos: z.number().int().nonnegative().nullable(),
})
export type ExportFolder = Readonly<z.infer<typeof exportFolderSchema>>

/** How the first names would come out. */
export const namePreviewSchema = z.object({
  names: z.array(z.object({ from: z.string(), to: z.string() })),
  /** What the template gets wrong; then `names` is empty. */
  problem: z.object({ kind: z.enum(['unknown-field', 'unclosed', 'empty']), text: z.string() }).nullable(),
})
export type NamePreview = Readonly<z.infer<typeof namePreviewSchema>>

/** `skipped`: its name was taken, and so it was asked for. */
export const exportItemStateSchema = z.enum(['waiting', 'running', 'done', 'failed', 'skipped', 'cancelled'])
export type ExportItemState = z.infer<typeof exportItemStateSchema>

/** One photo in one style. */
export const exportItemSchema = z.object({
  /** Its place in the batch, from 0. */
  index: z.number().int().nonnegative(),
  /** The photo's file name. */
  name: z.string(),
  /** The folder within the named one, `` at its top; with forward slashes. */
  folder: z.string(),
  style: exportStyleSchema,
  state: exportItemStateSchema,
  failure: failureSchema.optional(),
  /** What was written, relative to the target folder; null until done. */
  output: z.string().nullable(),
  width: z.number().int().nonnegative(),
  height: z.number().int().nonnegative(),
  seconds: z.number().nonnegative(),
  /** False where the photo's metadata could not be carried over. */
  metadataKept: z.boolean(),
})
export type ExportItem = Readonly<z.infer<typeof exportItemSchema>>

/** `interrupted`: the program ended in the midst of it. */
export const batchStateSchema = z.enum([
  'waiting',
  'running',
  'paused',
  'interrupted',
  'done',
  'cancelled',
  'failed',
])
export type BatchState = z.infer<typeof batchStateSchema>

export const batchSchema = z.object({
  id: idSchema,
  created: z.iso.datetime(),
  state: batchStateSchema,
  /** The name of the folder that the results go to. */
  target: z.string(),
  styles: z.array(exportStyleSchema).min(1),
  settings: exportSettingsSchema,
  counts: z.object({
    total: z.number().int().nonnegative(),
    done: z.number().int().nonnegative(),
    failed: z.number().int().nonnegative(),
    skipped: z.number().int().nonnegative(),
    cancelled: z.number().int().nonnegative(),
  }),
  progress: progressSchema.nullable(),
  /** What stopped the batch as a whole, such as a full disk. */
  failure: failureSchema.optional(),
})
export type Batch = Readonly<z.infer<typeof batchSchema>>

export const defaultExportSettings: ExportSettings = {
  format: 'same',
  jpeg: { quality: 92, chroma: '4:4:4', progressive: false },
  png: { depth: 'same' },
  webp: { lossless: false, quality: 90 },
  avif: { lossless: false, quality: 65 },
  tiff: { depth: 'same', compression: 'deflate' },
  size: { kind: 'full' },
  detail: 'guided',
  strength: 1,
  colour: 'keep',
  metadata: { camera: true, place: true, captions: true, copyright: true },
  note: true,
  name: '{name}-{direction}',
  onConflict: 'unique',
}
