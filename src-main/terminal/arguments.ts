/** Checked values of the command line; what does not fit ends in wrong usage, with what would. */
import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { InvalidArgumentError, Option } from 'commander'
import { categorySchema, directionSchema, modelIdSchema } from '../contract/schemas.ts'
import { Failure } from '../contract/errors.ts'
import { runtimeNames } from '../contract/runtimes.ts'
import type { Direction } from '../contract/schemas.ts'
import type { Model } from '../models/shelf.ts'

/** `others` names the words that are taken, too. */
export function wholeNumber(least: number, most: number, others = ''): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= least && value <= most) return value
    throw new InvalidArgumentError(`It takes a whole number from ${least} to ${most}${others}.`)
  }
}

export function share(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && value >= 0 && value <= 1) return value
  throw new InvalidArgumentError('It takes a number from 0 to 1.')
}

/** A path or a name. An empty one is most likely a variable that was never set, and would mean "here". */
export function named(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It is empty.')
  return text
}

/** An absolute path. */
export function existingFolder(text: string): string {
  const folder = resolve(named(text))
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return folder
  throw new InvalidArgumentError('There is no such folder.')
}

export const namedList = (text: string, before: readonly string[] | undefined): string[] => [
  ...(before ?? []),
  named(text),
]

export function modelId(text: string): string {
  if (modelIdSchema.safeParse(text).success) return text
  throw new InvalidArgumentError('An id has lower-case letters, digits and hyphens, 64 at most.')
}

export const modelOption = (): Option =>
  new Option('--model <model>', 'a style: its id, a model folder, or a .pth checkpoint')
    .argParser(named)
    .makeOptionMandatory()

export const directionOption = (): Option =>
  new Option(
    '--direction <direction>',
    'from A to B or back (default: the first that the model has)',
  ).choices(directionSchema.options)

/** Of a result's long side, in pixels. */
const resultSides = [8, 16_384] as const

export const sizeOption = (): Option =>
  new Option('--size <pixels>', "the result's long side (default: the model's working size)").argParser(
    wholeNumber(...resultSides),
  )

export const categoryOption = (): Option =>
  new Option(
    '--category <category>',
    'where the style is listed; a painter’s strokes are carried to full size',
  )
    .choices(categorySchema.options)
    .default('own')

export const runtimeOption = (): Option =>
  new Option('--runtime <runtime>', 'what computes (default: the fastest that computes right)').choices(
    runtimeNames,
  )

/** The direction that was asked for, or the model's first. */
export function chosenDirection(model: Model, asked: Direction | undefined): Direction {
  const direction = asked ?? model.directions[0]
  if (direction === undefined || !model.directions.includes(direction)) {
    throw new Failure('model-direction-missing', model.card.id, `it has ${model.directions.join(', ')}`)
  }
  return direction
}
