/** The things that a window sees: photos, styles, conversions, settings. Schemas first, types from them. */
import { z } from 'zod'
import { failureSchema } from './errors.ts'
import { runtimeNameSchema } from './runtimes.ts'

/** Opaque: says nothing about paths, safe in a URL. */
export const idSchema = z.string().regex(/^[A-Za-z0-9_-]{8,64}$/)
export const modelIdSchema = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/)

export const directionSchema = z.enum(['AtoB', 'BtoA'])
export type Direction = z.infer<typeof directionSchema>

export const localeSchema = z.enum(['en', 'ru'])
export type Locale = z.infer<typeof localeSchema>

export const outputFormatSchema = z.enum(['jpeg', 'png', 'webp', 'tiff', 'avif'])

export const photoSchema = z.object({
  id: idSchema,
  /** File name without its folder. */
  name: z.string(),
  /** The name of the folder that it lies in, for telling namesakes apart. */
  folder: z.string(),
  state: z.enum(['reading', 'ready', 'broken']),
  /** Pixels after orientation; 0 until read. */
  width: z.number().int().nonnegative(),
  height: z.number().int().nonnegative(),
  bytes: z.number().nonnegative(),
  /** The file is not there now: moved, or on a drive that is not connected. */
  missing: z.boolean(),
  failure: failureSchema.optional(),
})
export type Photo = Readonly<z.infer<typeof photoSchema>>

export const categorySchema = z.enum(['season', 'weather', 'time-of-day', 'painter', 'other', 'own'])
export type Category = z.infer<typeof categorySchema>

/** A text in both languages. */
export const localisedSchema = z.object({ en: z.string(), ru: z.string() })

export const styleSchema = z.object({
  modelId: modelIdSchema,
  name: localisedSchema,
  category: categorySchema,
  builtIn: z.boolean(),
  a: localisedSchema,
  b: localisedSchema,
  directions: z.array(directionSchema).min(1),
  description: localisedSchema,
  licence: z.string(),
  /** How the model was trained, in a sentence or two. */
  training: localisedSchema,
  /** The long side in pixels at which the model paints best. */
  workingSize: z.number().int(),
  /** The cycle needs both directions. */
  hasCycle: z.boolean(),
})
export type Style = Readonly<z.infer<typeof styleSchema>>

export const cycleResultSchema = z.object({
  /** Mean absolute error of F(G(x)) against x as a share of the full range, 0…1. */
  l1: z.number(),
  /** In dB; null when the two are identical. */
  psnr: z.number().nullable(),
  /** -1…1 */
  ssim: z.number(),
})
export type CycleResult = Readonly<z.infer<typeof cycleResultSchema>>

/** The one shape of progress: `done` of `total` (any unit), and seconds left where they can be told. */
export const progressSchema = z.object({
  done: z.number().nonnegative(),
  total: z.number().positive(),
  etaSeconds: z.number().nonnegative().nullable(),
  detail: z.string().optional(),
})
export type Progress = Readonly<z.infer<typeof progressSchema>>

export const taskStateSchema = z.enum(['waiting', 'running', 'done', 'failed', 'cancelled'])

/** One photo through one direction of one model, and, when asked for, back again. */
export const conversionSchema = z.object({
  id: idSchema,
  photoId: idSchema,
  modelId: modelIdSchema,
  direction: directionSchema,
  /** The long side that was asked for. */
  size: z.number().int(),
  state: taskStateSchema,
  progress: progressSchema.nullable(),
  failure: failureSchema.optional(),
  /** Pixels of the result; 0 until done. */
  width: z.number().int(),
  height: z.number().int(),
  seconds: z.number(),
  cycle: z.object({
    state: z.enum(['none', 'waiting', 'running', 'done', 'failed', 'cancelled']),
    progress: progressSchema.nullable(),
    failure: failureSchema.optional(),
    result: cycleResultSchema.optional(),
  }),
})
export type Conversion = Readonly<z.infer<typeof conversionSchema>>

export const settingsSchema = z.object({
  theme: z.enum(['system', 'light', 'dark']),
  locale: z.enum(['system', 'en', 'ru']),
  saveFormat: z.enum(['same', ...outputFormatSchema.options]),
  saveQuality: z.number().int().min(1).max(100),
  /** What computes; null: the fastest that computes right. */
  runtime: runtimeNameSchema.nullable(),
  /** Whether the feed's server is asked for new versions once a day. */
  lookForUpdates: z.boolean(),
})
export type Settings = Readonly<z.infer<typeof settingsSchema>>

export const appInfoSchema = z.object({
  version: z.string(),
  /** The system's language, for the setting `system`. */
  systemLocale: localeSchema,
  platform: z.enum(['linux', 'darwin', 'win32', 'other']),
})
export type AppInfo = Readonly<z.infer<typeof appInfoSchema>>
