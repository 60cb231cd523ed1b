/** The styles that ship: a recipe of two short stages, made as the real ones are. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseCard } from '../../src-main/models/read-card.ts'
import { root } from './built.ts'
import { type EndedProcess, run } from './run-process.ts'
import { environmentIn } from './run-terminal.ts'
import { writePictures } from './training-pictures.ts'

const settings = [
  ...['--ngf', '2', '--blocks', '1', '--ndf', '2', '--load', '36', '--crop', '32'],
  ...['--average-decay', '0', '--warm-up', '0', '--seed', '1'],
]
const recipe = {
  ...{ a: 'warm', b: 'cold', common: settings },
  stages: [
    ['--steps', '3'],
    ['--steps', '2', '--lambda-cycle', '5'],
  ],
  card: {
    ...{ id: 'tiny', name: 'Tiny', category: 'other', a: { label: 'Warm' }, b: { label: 'Cold' } },
    ...{ licence: 'None.', author: 'A test', description: 'Of blobs.', workingSize: 64 },
    training: { data: 'Blobs', notes: 'Two stages' },
  },
}

/** All but one, which is held back, and one that the recipe leaves out. */
const listed = ['000', '001', '003', '004', '005', '007', '008', '009', '010'].map((name) => `${name}.png`)

describe('a style that ships', () => {
  let folder: string
  const at = (...parts: string[]) => join(folder, ...parts)
  const make = (name = 'tiny', out = 'shipped'): Promise<EndedProcess> =>
    run(
      process.execPath,
      [join(root, 'build/styles/make.mjs'), `./${name}`, '--data', 'data', '--work', 'work', '--out', out],
      folder,
      environmentIn(folder),
    )
  /** The lists are of the pictures that both recipes share. */
  const writeRecipe = async (name: string, lines: readonly string[], told: object): Promise<void> => {
    await mkdir(at(name))
    await writeFile(at(name, 'recipe.json'), JSON.stringify(told))
    for (const side of [recipe.a, recipe.b]) {
      await writeFile(at(name, `${side}.txt`), lines.map((file) => `${side}/${file}\n`).join(''))
      await writeFile(at(name, `${side}-held-back.txt`), `${side}/002.png\n`)
    }
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'solstice-styles-'))
    for (const [kind, name] of [['a', recipe.a] as const, ['b', recipe.b] as const])
      await writePictures(at('data', name), kind, 11)
    await writeRecipe('tiny', listed, recipe)
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('learns from the listed pictures in all stages, and goes on where it was stopped', async () => {
    const first = await make()
    expect(first.code, first.stderr).toBe(0)
    expect(await readdir(at('work/pictures/tiny/warm'))).toEqual(listed.map((file) => `warm-${file}`))
    expect(await readdir(at('work/pictures/tiny/warm-held-back'))).toEqual(['warm-002.png'])

    const card = parseCard(await readFile(at('shipped/model.json')), 'tiny')
    expect(card).toMatchObject({ ...recipe.card, training: { ...recipe.card.training, steps: 5 } })
    const weights = [card.files.AtoB, card.files.BtoA, card.discriminators?.A, card.discriminators?.B]
    expect((await readdir(at('shipped'))).sort()).toEqual(
      ['model.json', ...weights.map((each) => each?.file ?? 'none')].sort(),
    )

    // Nothing but the last stage is left to do, and it gives the same networks.
    await rm(at('shipped'), { recursive: true })
    await rm(at('work/library/models/tiny-2'), { recursive: true })
    const again = await make()
    expect(again.code, again.stderr).toBe(0)
    expect(again.stderr).not.toContain('stage 1 of 2')
    expect(parseCard(await readFile(at('shipped/model.json')), 'tiny')).toEqual(card)
  })
  it('may begin where a stage of another one ended, and learns from its own pictures alone', async () => {
    const few = listed.slice(1)
    const stages = [['--steps', '4']]
    await writeRecipe('second', few, { ...recipe, from: { recipe: 'tiny', stage: 1 }, stages })
    await writeRecipe('lost', few, { ...recipe, from: { recipe: 'nowhere', stage: 1 }, stages })
    expect((await make()).code).toBe(0)
    const second = await make('second', 'other')
    expect(second.code, second.stderr).toBe(0)
    expect(await readdir(at('work/pictures/second/warm'))).toEqual(few.map((file) => `warm-${file}`))
    // Three of the stage that it began from, and its own.
    const card = parseCard(await readFile(at('other/model.json')), 'tiny')
    expect(card.training.steps).toBe(7)
    const lost = await make('lost')
    expect(lost.code).toBe(1)
    expect(lost.stderr).toContain('nowhere-1')
  })
})
