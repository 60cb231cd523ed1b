/** The model card, `model.json`: what a model is, who made it and how, and which files hold its weights. */
import { z } from 'zod'
import { categorySchema, modelIdSchema } from '../contract/schemas.ts'

/** Larger files are not read: a card is a page of text. */
export const cardMaxBytes = 256 * 1024

export const cardFileName = 'model.json'

/** How the source of a style begins that was trained by this program. */
export const trainedHere = 'Trained by Solstice'

const text = (max: number) => {
  const plain = z.string().trim().min(1).max(max)
  return z.union([plain, z.object({ en: plain, ru: plain })])
}

/** In lower-case hexadecimal. */
export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/)

/** A file beside the card: a plain name, so that no card reaches out of its folder. */
const weightsFileSchema = z.object({
  file: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}\.safetensors$/),
  /** Of the file's bytes. */
  sha256: sha256Schema,
})

export const architectureSchema = z.object({
  kind: z.literal('resnet-generator'),
  /** Channels after the first convolution. */
  ngf: z.number().int().min(1).max(256),
  /** Residual blocks. */
  blocks: z.number().int().min(1).max(32),
})

const labelSchema = z.object({ label: text(40) })

export const trainingSchema = z.object({
  /** The pictures it learned from. */
  data: text(2000).optional(),
  steps: z.number().int().nonnegative().optional(),
  /** Where the weights come from. */
  source: text(2000).optional(),
  /** Of the file that came from there. */
  sourceSha256: sha256Schema.optional(),
  notes: text(4000).optional(),
})

export const cardSchema = z.object({
  format: z.literal(1),
  id: modelIdSchema,
  name: text(80),
  category: categorySchema,
  a: labelSchema,
  b: labelSchema,
  architecture: architectureSchema,
  licence: z.string().trim().min(1).max(2000),
  author: z.string().trim().min(1).max(200).optional(),
  description: text(4000).optional(),
  training: trainingSchema,
  /** The long side, in pixels, at which it paints best. */
  workingSize: z.number().int().min(64).max(4096),
  /** One generator per direction. */
  files: z
    .object({ AtoB: weightsFileSchema.optional(), BtoA: weightsFileSchema.optional() })
    .refine((files) => files.AtoB !== undefined || files.BtoA !== undefined, 'names no generator'),
  /** Kept for fine-tuning, by the domain that they judge: `B` is the official `netD_A`, `A` is `netD_B`. */
  discriminators: z.object({ A: weightsFileSchema.optional(), B: weightsFileSchema.optional() }).optional(),
})

export type ModelCard = Readonly<z.infer<typeof cardSchema>>
export type CardText = ModelCard['name']
export type ModelTraining = ModelCard['training']
export type WeightsFile = Readonly<z.infer<typeof weightsFileSchema>>

/**
 * Whether what the style paints is carried to full size, and not only what it does to colours and light. Both ways: on
 * the way to a photo the brush has to go, too.
 */
export const paintsStrokes = ({ category }: ModelCard): boolean => category === 'painter'

/** A text of the card in both languages; one without translation stands for both. */
export function localised(value: CardText): { readonly en: string; readonly ru: string } {
  return typeof value === 'string' ? { en: value, ru: value } : value
}
