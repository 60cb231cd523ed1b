/** `solstice models`: list, show, import, export and remove styles. */
import { dirname, resolve } from 'node:path'
import type { Command } from 'commander'
import writeFileAtomic from 'write-file-atomic'
import type { Category, Direction } from '../contract/schemas.ts'
import { networkOf } from '../conversion/translate-photo.ts'
import { makeFolder } from '../export/write-photo.ts'
import { localised, type ModelCard } from '../models/card.ts'
import { writeFailure } from '../photos/failures.ts'
import { addFetch } from './fetch.ts'
import { categoryOption, directionOption, modelId, named, wholeNumber } from './arguments.ts'
import { exitCodes, result, resultJson, say, sentence } from './console.ts'
import type { RunCommand, Services } from './services.ts'

interface ImportFlags {
  id: string
  name: string
  category: Category
  a?: string
  b?: string
  workingSize?: number
}

const examples = `
Examples:
  solstice models list
  solstice models import latest_net_G_A.pth --id my-winter --name "My winter" --a Summer --b Winter
  solstice models import checkpoints/photo2cezanne --id cezanne --name Cezanne --category painter --a Photo --b Cezanne
  solstice models available
  solstice models fetch style_monet monet2photo
  solstice models export-onnx summer-winter --direction AtoB --out summer2winter.onnx`

export function addModels(program: Command, run: RunCommand): void {
  const models = program
    .command('models')
    .summary('the styles: list, show, fetch, import, export, remove')
    .description('The styles that Solstice knows.')
    .addHelpText('after', examples)

  models
    .command('list')
    .description('Lists all styles: id, name, directions.')
    .option('--json', 'print one array')
    .action((flags: { json?: true }) => run((services) => list(services, flags)))

  models
    .command('show')
    .description("Prints a style's card.")
    .argument('<id>', "a style's id, a model folder, or a .pth checkpoint")
    .action((id: string) => run((services) => show(services, id)))

  models
    .command('import')
    .description('Imports a checkpoint as a style of your own.')
    .argument(
      '<path>',
      'a .pth file, a folder with latest_net_G_A.pth / latest_net_G_B.pth, or a model folder',
    )
    .requiredOption('--id <id>', 'lower-case letters, digits and hyphens', modelId)
    .requiredOption('--name <name>', 'as it is shown', named)
    .addOption(categoryOption())
    .option('--a <label>', 'what the pictures of side A show')
    .option('--b <label>', 'what the pictures of side B show')
    .option('--working-size <pixels>', 'the long side at which it paints best', wholeNumber(64, 4096))
    .action((path: string, flags: ImportFlags) => run((services) => importModel(services, path, flags)))

  addFetch(models, run)

  models
    .command('export-onnx')
    .description('Writes a generator as an ONNX file that other programs open.')
    .argument('<id>', "a style's id, a model folder, or a .pth checkpoint")
    .addOption(directionOption().makeOptionMandatory())
    .requiredOption('--out <file>', 'the file to write', named)
    .action((id: string, flags: { direction: Direction; out: string }) =>
      run((services) => exportOnnx(services, id, flags)),
    )

  models
    .command('remove')
    .description('Removes a style that you imported.')
    .argument('<id>', "a style's id")
    .action((id: string) => run((services) => remove(services, id)))
}

async function list({ models }: Services, { json }: { json?: true }): Promise<number> {
  const { models: found, broken } = await models.list()
  if (json) {
    resultJson(found.map(({ card, builtIn, directions }) => ({ ...summary(card), builtIn, directions })))
  } else {
    for (const { card, directions } of found) {
      const ways = directions.map((direction) => arrow(card, direction)).join(', ')
      result(`${card.id}\t${localised(card.name).en}\t${ways}`)
    }
  }
  for (const { failure } of broken) say(sentence(failure))
  return broken.length > 0 ? exitCodes.someFailed : exitCodes.ok
}

function summary(card: ModelCard) {
  return {
    id: card.id,
    name: localised(card.name).en,
    category: card.category,
    a: localised(card.a.label).en,
    b: localised(card.b.label).en,
  }
}

function arrow({ a, b }: ModelCard, direction: Direction): string {
  const [from, to] = direction === 'AtoB' ? [a, b] : [b, a]
  return `${direction}: ${localised(from.label).en} → ${localised(to.label).en}`
}

async function show({ models }: Services, id: string): Promise<number> {
  result(JSON.stringify((await models.open(id)).card, null, 2))
  return exitCodes.ok
}

async function importModel({ models, signal }: Services, path: string, flags: ImportFlags): Promise<number> {
  const { id, name, category, a, b, workingSize } = flags
  const model = await models.import(resolve(path), {
    id,
    name,
    category,
    signal,
    ...(a !== undefined && { a }),
    ...(b !== undefined && { b }),
    ...(workingSize !== undefined && { workingSize }),
  })
  const ways = model.directions.map((direction) => arrow(model.card, direction)).join(', ')
  result(`${model.card.id}\t${localised(model.card.name).en}\t${ways}`)
  return exitCodes.ok
}

async function exportOnnx(
  { engine, models, version, signal }: Services,
  id: string,
  { direction, out }: { direction: Direction; out: string },
): Promise<number> {
  const model = await models.open(id)
  const network = networkOf(model, direction)
  const about = { name: `${model.card.id} ${direction}`, producer: `Solstice ${version}` }
  const file = await engine.exportOnnx(network, about, { signal, subject: model.card.id })
  const target = resolve(out)
  await makeFolder(dirname(target))
  try {
    await writeFileAtomic(target, Buffer.from(file.buffer, file.byteOffset, file.byteLength))
  } catch (thrown) {
    throw writeFailure(thrown, target)
  }
  result(target)
  return exitCodes.ok
}

async function remove({ models }: Services, id: string): Promise<number> {
  await models.remove(id)
  say(`Removed ${id}.`)
  return exitCodes.ok
}
