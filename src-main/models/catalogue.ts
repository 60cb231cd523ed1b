/** The catalogue, `models/catalogue.json`: styles that others publish and that can be fetched when the user asks. */
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { z } from 'zod'
import { taskSchema } from '../contract/catalogue.ts'
import { Failure } from '../contract/errors.ts'
import { categorySchema } from '../contract/schemas.ts'
import { readFailure } from './byte-source.ts'
import { architectureSchema, sha256Schema } from './card.ts'
import type { ImportOptions } from './import-model.ts'

const localised = (max: number) => {
  const plain = z.string().trim().min(1).max(max)
  return z.object({ en: plain, ru: plain })
}

const styleSchema = z.object({
  task: taskSchema,
  name: localised(80),
  category: categorySchema,
  /** What the generator takes and what it gives. */
  from: localised(40),
  to: localised(40),
  description: localised(4000),
  /** Of a checkpoint of one generator. */
  address: z.url({ protocol: /^https?$/ }).max(2000),
  /** The file's size; about so many bytes where `exactBytes` is false. */
  bytes: z
    .number()
    .int()
    .positive()
    .max(2 ** 31),
  exactBytes: z.boolean(),
  /** Of the file, where it is known: what lies at a plain address may be changed on its way. */
  sha256: sha256Schema.optional(),
  /** A key of `licences`. */
  licence: z.string(),
  /** What the checkpoint must hold, and nothing else. */
  architecture: architectureSchema,
  /** The long side, in pixels, at which it paints best. */
  workingSize: z.number().int().min(64).max(4096),
  /** The pictures that it learned from. */
  data: localised(2000),
})

const catalogueSchema = z
  .object({
    format: z.literal(1),
    author: z.string().trim().min(1).max(200),
    licences: z.record(z.string(), z.object({ short: localised(60), words: localised(2000) })),
    styles: z.array(styleSchema).max(1000),
  })
  .superRefine(({ licences, styles }, context) => {
    const tasks = new Set<string>()
    for (const [index, { task, licence }] of styles.entries()) {
      const issue = (message: string) =>
        context.addIssue({ code: 'custom', message, path: ['styles', index] })
      if (!Object.hasOwn(licences, licence)) issue(`names the licence “${licence}”, which is not there`)
      if (tasks.has(task)) issue(`is the second ${task}`)
      tasks.add(task)
    }
  })

type Catalogue = z.infer<typeof catalogueSchema>

/** A style that can be fetched, with its licence's words. */
export interface CatalogueStyle extends Readonly<Omit<Catalogue['styles'][number], 'licence'>> {
  /** The id that it gets on the shelf. */
  readonly id: string
  readonly author: string
  readonly licence: Readonly<Catalogue['licences'][string]>
}

/** Reads the catalogue. Throws `catalogue-invalid` with the first thing that is wrong, or what reading a file throws. */
export async function readCatalogue(path: string): Promise<readonly CatalogueStyle[]> {
  const name = basename(path)
  const text = await readFile(path, 'utf8').catch((thrown: unknown) => {
    throw readFailure(thrown, name)
  })
  const { author, licences, styles } = parse(text, name)
  return styles.flatMap((style) => {
    const licence = licences[style.licence]
    return licence === undefined ? [] : [{ ...style, licence, author, id: style.task.replaceAll('_', '-') }]
  })
}

/** The style of a name as the user writes it: the task, or the id on the shelf. Throws `model-not-found`. */
export function styleNamed(styles: readonly CatalogueStyle[], name: string): CatalogueStyle {
  const found = styles.find(({ task, id }) => task === name || id === name)
  if (found === undefined) throw new Failure('model-not-found', name, 'the catalogue has none of this name')
  return found
}

/** What the card says of a style from the catalogue, however its file came here. */
export function importOptionsOf(style: CatalogueStyle): ImportOptions {
  const { id, name, category, from, to, workingSize, licence, author, description, architecture } = style
  return {
    ...{ id, name, category, workingSize, author, description, architecture },
    a: from,
    b: to,
    licence: licence.words.en,
    direction: 'AtoB',
    training: { data: style.data, source: style.address },
  }
}

function parse(text: string, name: string): Catalogue {
  const result = catalogueSchema.safeParse(jsonOf(text, name))
  if (result.success) return result.data
  const issue = result.error.issues[0]
  throw new Failure('catalogue-invalid', name, `${issue?.path.join('.')}: ${issue?.message}`.slice(0, 500))
}

function jsonOf(text: string, name: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new Failure('catalogue-invalid', name, 'is not JSON', { cause })
  }
}
