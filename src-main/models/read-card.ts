/** Reading `model.json`, which is not trusted: its size, its JSON, its schema. */
import { join } from 'node:path'
import { Failure } from '../contract/errors.ts'
import { openByteSource } from './byte-source.ts'
import { cardFileName, cardMaxBytes, cardSchema } from './card.ts'
import type { ModelCard } from './card.ts'

/** The card of a model's folder; `model-invalid` names the first thing that is wrong with it. */
export async function readCard(folder: string, subject: string): Promise<ModelCard> {
  const source = await openByteSource(join(folder, cardFileName), 'model-invalid')
  try {
    if (source.size > cardMaxBytes) {
      throw new Failure('model-invalid', subject, `${cardFileName} has ${source.size} bytes`)
    }
    return parseCard(await source.read(0, source.size), subject)
  } finally {
    await source.close()
  }
}

/** The bytes of a `model.json` as a card. */
export function parseCard(bytes: Uint8Array, subject: string): ModelCard {
  const result = cardSchema.safeParse(parseJson(bytes, subject))
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const place = issue?.path.join('.') ?? ''
  const detail = `${cardFileName}: ${place === '' ? '' : `${place}: `}${issue?.message ?? 'not valid'}`
  throw new Failure('model-invalid', subject, detail.slice(0, 500))
}

function parseJson(bytes: Uint8Array, subject: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw new Failure('model-invalid', subject, `${cardFileName} is not JSON`, { cause })
  }
}
