/**
 * `node build/styles/make.mjs NAME --data FOLDER --work FOLDER [--out FOLDER]`: makes a style that ships, by its recipe,
 * with Solstice's own trainer. The recipe's lists name pictures below the folder of --data; in that of --work are laid
 * those to learn from, those held back for judging, and the runs. The same command goes on where it was stopped.
 */
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'

import { ensureBuild } from '../setup/bundle.mjs'
import { ensureDependencies } from '../setup/dependencies.mjs'
import { root } from '../setup/paths.mjs'
import { exitCode, run } from '../setup/processes.mjs'
import { say, sayError, SetupError } from '../setup/say.mjs'
import { heldBack, names, readRecipe, shippedCard } from './recipe.mjs'

/** @import { Recipe, StyleCard } from './recipe.mjs' */

const usage = 'node build/styles/make.mjs NAME --data FOLDER --work FOLDER [--out FOLDER]'

/**
 * Copies pictures of any folders below `from` into the one folder `to`.
 * @param {string} from
 * @param {string} to
 * @param {readonly string[]} files
 */
function lay(from, to, files) {
  mkdirSync(to, { recursive: true })
  for (const file of files) {
    const laid = join(to, file.replaceAll('/', '-'))
    if (!existsSync(laid)) copyFileSync(join(from, file), laid)
  }
}

/**
 * The terminal's program, with a library of its own.
 * @param {string} work
 * @param {readonly string[]} args
 */
async function solstice(work, args) {
  const ended = await run(process.execPath, [join(root, 'out/main/cli.js'), ...args], {
    env: { ...process.env, SOLSTICE_DATA: join(work, 'library') },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  if (ended.code !== 0) throw new SetupError(`solstice ${args[0] ?? ''} ended with ${exitCode(ended)}.`)
}

/**
 * Trains one stage after the other, each from what the one before it learned; the cards of what was kept.
 * @param {string} recipeFolder
 * @param {Recipe} recipe
 * @param {{ name: string, data: string, work: string }} place
 */
async function train(recipeFolder, { a, b, from: beginning, common, stages }, { name, data, work }) {
  const pictures = join(work, 'pictures', name)
  for (const list of [a, b, heldBack(a), heldBack(b)])
    lay(data, join(pictures, list), names(recipeFolder, list))
  const both = ['--a', join(pictures, a), '--b', join(pictures, b)]
  /** @param {string} id */
  const keptAs = (id) => {
    const folder = join(work, 'library/models', id)
    if (!existsSync(join(folder, 'model.json')))
      throw new SetupError(`${id} is missing: make ${id.replace(/-\d+$/, '')} first, with the same --work.`)
    /** @type {StyleCard} */
    const card = JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8'))
    return { folder, card }
  }
  const begun = Array.from(
    { length: beginning?.stage ?? 0 },
    (_, index) => `${beginning?.recipe}-${index + 1}`,
  )
  const kept = begun.map(keptAs)
  let previous = begun.at(-1)
  for (const [index, settings] of stages.entries()) {
    const id = `${name}-${index + 1}`
    const from = previous === undefined ? [] : ['--from', previous]
    if (!existsSync(join(work, 'library/models', id))) {
      say(`${id}: stage ${index + 1} of ${stages.length}`)
      await solstice(work, ['train', ...both, ...from, '--out', join(work, id), ...common, ...settings])
      await solstice(work, ['train', 'keep', join(work, id), '--id', id, '--name', id])
    }
    kept.push(keptAs(id))
    previous = id
  }
  return kept
}

/**
 * @param {string} recipeFolder
 * @param {{ name: string, data: string, work: string, out: string }} place
 */
async function make(recipeFolder, place) {
  const recipe = readRecipe(recipeFolder)
  const kept = await train(recipeFolder, recipe, place)
  const last = kept.at(-1)
  if (last === undefined) throw new SetupError('The recipe has no stage.')
  const card = shippedCard(
    recipe,
    kept.map(({ card: each }) => each),
  )
  const weights = [...Object.values(card.files), ...Object.values(card.discriminators ?? {})]
  mkdirSync(place.out, { recursive: true })
  for (const { file } of weights) copyFileSync(join(last.folder, file), join(place.out, file))
  writeFileSync(join(place.out, 'model.json'), `${JSON.stringify(card, null, 2)}\n`)
  say(`${place.out}: ${card.training.steps} steps.`)
}

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { data: { type: 'string' }, work: { type: 'string' }, out: { type: 'string' } },
  })
  const [recipeName] = positionals
  if (recipeName === undefined || values.data === undefined || values.work === undefined)
    throw new SetupError(`Usage: ${usage}`)
  await ensureDependencies(root)
  await ensureBuild(root)
  // A name of one that ships, or a recipe's folder.
  const folder = /[/\\]/.test(recipeName) ? resolve(recipeName) : join(import.meta.dirname, recipeName)
  const name = /** @type {string} */ (folder.split(/[/\\]/).at(-1))
  const out = values.out === undefined ? join(root, 'models', name) : resolve(values.out)
  await make(folder, { name, data: resolve(values.data), work: resolve(values.work), out })
} catch (error) {
  sayError(error)
  process.exitCode = 1
}
