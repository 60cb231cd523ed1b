/**
 * The recipe of a style that ships: which pictures it learned from, which were held back, the stages of its training,
 * and what its card says. A folder with `recipe.json` and, for either side, a list of the pictures to learn from and one of
 * those held back: a path below the folder of data in each line.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * @typedef {string | { en: string, ru: string }} Text
 * @typedef {{ file: string, sha256: string }} WeightsFile
 *
 * @typedef {object} StyleCard As in `model.json`; see src-main/models/card.ts.
 * @property {object} architecture
 * @property {{ AtoB: WeightsFile, BtoA: WeightsFile }} files
 * @property {{ A: WeightsFile, B: WeightsFile }} [discriminators]
 * @property {{ steps: number, source?: string, data?: Text, notes?: Text }} training
 *
 * @typedef {object} Recipe
 * @property {string} a The name of side A's lists, and of the folders in which its pictures are laid.
 * @property {string} b
 * @property {{ recipe: string, stage: number }} [from] The stage of another recipe from which the first one here begins.
 * @property {readonly string[]} common Settings of every stage, as the terminal takes them.
 * @property {readonly (readonly string[])[]} stages Each begins from what the one before it learned.
 * @property {Readonly<Record<string, unknown>> & { training: { data: Text, notes: Text } }} card
 */

/** @param {string} list Of pictures to learn from; the name of the list of those held back. */
export const heldBack = (list) => `${list}-held-back`

/**
 * @param {string} recipeFolder
 * @returns {Recipe}
 */
export function readRecipe(recipeFolder) {
  return JSON.parse(readFileSync(join(recipeFolder, 'recipe.json'), 'utf8'))
}

/**
 * The pictures of a list.
 * @param {string} recipeFolder
 * @param {string} list
 */
export function names(recipeFolder, list) {
  return readFileSync(join(recipeFolder, `${list}.txt`), 'utf8')
    .split('\n')
    .filter((name) => name !== '')
}

/**
 * What the recipe says of the style, with the networks that the last stage kept and the steps of all.
 * @param {Recipe} recipe
 * @param {readonly StyleCard[]} kept A stage each, in order; first those of another recipe from which it began.
 */
export function shippedCard({ card: { training, ...said } }, kept) {
  const last = kept.at(-1)
  if (last === undefined) throw new Error('no stage was kept')
  const { architecture, files, discriminators } = last
  const steps = kept.reduce((sum, { training: { steps: each } }) => sum + each, 0)
  // The last stage's own source names the one before it; what trained it stands before the comma.
  const [source] = (last.training.source ?? '').split(',')
  return {
    ...{ format: 1, ...said, architecture },
    training: { data: training.data, steps, source, notes: training.notes },
    ...{ files, ...(discriminators === undefined ? {} : { discriminators }) },
  }
}
