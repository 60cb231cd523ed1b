/** Models as the window shows them: styles with labels in both languages. */
import { randomBytes } from 'node:crypto'
import { Failure } from '../contract/errors.ts'
import type { Category, Locale, Style } from '../contract/schemas.ts'
import { localised, type ModelTraining } from './card.ts'
import type { Model, ModelShelf } from './shelf.ts'

export function styleOf({ card, builtIn, directions }: Model): Style {
  return {
    modelId: card.id,
    name: localised(card.name),
    category: card.category,
    builtIn,
    a: localised(card.a.label),
    b: localised(card.b.label),
    directions: [...directions],
    description: card.description === undefined ? { en: '', ru: '' } : localised(card.description),
    licence: card.licence,
    training: { en: trainingText(card.training, 'en'), ru: trainingText(card.training, 'ru') },
    workingSize: card.workingSize,
    hasCycle: directions.length === 2,
  }
}

const stepsWord: Record<Locale, string> = { en: 'Steps', ru: 'Шагов' }

function trainingText({ data, steps, notes }: ModelTraining, locale: Locale): string {
  const sentences = [
    data && localised(data)[locale],
    steps !== undefined && `${stepsWord[locale]}: ${steps.toLocaleString(locale)}`,
    notes && localised(notes)[locale],
  ]
  return sentences
    .filter((sentence) => typeof sentence === 'string')
    .map((sentence) => (/[.!?]$/.test(sentence) ? sentence : `${sentence}.`))
    .join(' ')
}

export async function listStyles(models: ModelShelf): Promise<Style[]> {
  return (await models.list()).models.map(styleOf)
}

export interface StyleNames {
  readonly name: string
  readonly category: Category
  readonly a: string
  readonly b: string
}

const idsToTry = 1000

/** Imports a checkpoint under an id made from its name. */
export async function importStyle(models: ModelShelf, path: string, names: StyleNames): Promise<Style> {
  const base = idFrom(names.name)
  for (let n = 1; n <= idsToTry; n++) {
    try {
      return styleOf(await models.import(path, { id: n === 1 ? base : `${base}-${n}`, ...names }))
    } catch (thrown) {
      if (!(thrown instanceof Failure && thrown.code === 'model-exists')) throw thrown
    }
  }
  throw new Failure('model-exists', base)
}

/** `My Winter!` → `my-winter`; a name without Latin letters gets an id that says nothing. */
function idFrom(name: string): string {
  const plain = name.normalize('NFKD').toLowerCase().replace(/\p{M}/gu, '')
  const words = plain.replace(/[^a-z0-9]+/g, '-').slice(0, 50)
  return words.replace(/^-+|-+$/g, '') || `style-${randomBytes(4).toString('hex')}`
}
