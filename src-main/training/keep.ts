/** Makes a model of a run's last checkpoint: the averaged generators, the discriminators, and a card that tells how. */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Failure } from '../contract/errors.ts'
import { epochSteps, type TrainingReport, type TrainingSettings } from '../contract/training.ts'
import type { Weights, WeightTensor } from '../engine/protocol.ts'
import { cardFileName, trainedHere, type ModelCard, type WeightsFile } from '../models/card.ts'
import { fileSha256 } from '../models/model.ts'
import { writeSafetensors } from '../models/safetensors.ts'
import { halved } from '../models/state-dict.ts'
import { writeFailure } from '../photos/failures.ts'
import { runPaths, type RunRecord } from './run-file.ts'
import { largerOf } from './session.ts'
import { CheckpointStore, type Checkpoint } from './store/checkpoints.ts'
import { LossJournal } from './store/journal.ts'

/** The networks of a step and the files that a model keeps them in. `D_A` judges pictures of B. */
const generators = { G_A: 'AtoB', G_B: 'BtoA' } as const
const discriminators = { D_B: 'A', D_A: 'B' } as const

const average = '.average'
/** A photo is half as long again as it is high, and less than this shows little of it. */
const usualAspect = 1.5
const workingSizeMin = 256
const workingSizeMax = 2048

export interface KeptNames {
  /** What the pictures of each side show. */
  readonly a: string
  readonly b: string
}

/**
 * Writes a model's folder inside the run's own and tells where; bring it to the shelf with `ModelShelf.import`. The card's
 * id and name are the run's until then. Throws `bad-request` where there is no checkpoint yet, `disk-full`,
 * `cannot-write`.
 */
export async function writeTrainedModel(
  folder: string,
  record: RunRecord,
  names: KeptNames,
  version: string,
): Promise<string> {
  const paths = runPaths(folder)
  const checkpoint = await new CheckpointStore(paths.checkpoints).newest()
  if (checkpoint === null)
    throw new Failure('bad-request', record.name, 'there is no checkpoint yet: train for a while first')
  const report = (await new LossJournal(paths.journal).read()).findLast(({ step }) => step <= checkpoint.step)
  try {
    await rm(paths.model, { recursive: true, force: true })
    await mkdir(paths.model, { recursive: true })
    const card = await writeNetworks(paths.model, record, checkpoint)
    const whole: ModelCard = {
      ...card,
      a: { label: names.a },
      b: { label: names.b },
      training: trainingOf(record, checkpoint.step, report, version),
    }
    await writeFile(join(paths.model, cardFileName), `${JSON.stringify(whole, null, 2)}\n`)
  } catch (thrown) {
    throw writeFailure(thrown, paths.model)
  }
  return paths.model
}

async function writeNetworks(
  folder: string,
  record: RunRecord,
  checkpoint: Checkpoint,
): Promise<Omit<ModelCard, 'a' | 'b' | 'training'>> {
  const { settings } = record
  const save = async (name: string, weights: Weights): Promise<WeightsFile> => {
    const file = `${name}.safetensors`
    await writeSafetensors(join(folder, file), halved(weights) ?? weights)
    return { file, sha256: await fileSha256(join(folder, file)) }
  }
  const files: { AtoB?: WeightsFile; BtoA?: WeightsFile } = {}
  for (const [network, direction] of Object.entries(generators))
    files[direction] = await save(direction, await generatorOf(checkpoint, network))
  const judges: { A?: WeightsFile; B?: WeightsFile } = {}
  if (settings.gan !== 'none')
    for (const [network, domain] of Object.entries(discriminators))
      judges[domain] = await save(`discriminator-${domain}`, await networkOf(checkpoint, network))
  return {
    format: 1,
    id: 'trained',
    name: 'Trained',
    category: 'own',
    architecture: { kind: 'resnet-generator', ngf: settings.ngf, blocks: settings.blocks },
    licence: licenceOf(record),
    workingSize: workingSizeOf(settings),
    files,
    ...(settings.gan === 'none' ? {} : { discriminators: judges }),
  }
}

/** The averaged weights where there are averages (there are none in the warm-up). */
async function generatorOf(checkpoint: Checkpoint, network: string): Promise<Weights> {
  const averaged = await networkOf(checkpoint, network, average)
  return Object.keys(averaged).length > 0 ? averaged : networkOf(checkpoint, network)
}

async function networkOf(checkpoint: Checkpoint, network: string, suffix = ''): Promise<Weights> {
  const wanted = new RegExp(`^${network}\\.(model\\..+\\.(?:weight|bias))${suffix.replace('.', '\\.')}$`)
  const found: [string, WeightTensor][] = []
  for await (const part of checkpoint.parts((name) => wanted.test(name)))
    for (const [name, tensor] of Object.entries(part)) found.push([wanted.exec(name)?.[1] ?? name, tensor])
  return Object.fromEntries(found)
}

/** Photos look to the generators as in training when their short side is what the pictures' was. */
function workingSizeOf({ scale, load }: TrainingSettings): number {
  const longSide = scale === 'width' ? load : load * usualAspect
  return Math.min(workingSizeMax, Math.max(workingSizeMin, 4 * Math.round(longSide / 4)))
}

/** As long as the card's fields may be. */
const longestText = 2000
const own = 'Own training; the rights are those of the pictures it learned from'

/** What was learned from another style is under that one's licence, too. */
function licenceOf({ base }: RunRecord): string {
  return base === null
    ? own
    : `${own}, and of ${base.id}, from which it began: ${base.licence}`.slice(0, longestText)
}

/** Both folders; and what was learned before that. */
function dataOf({ a, b, base }: RunRecord): { readonly en: string; readonly ru: string } {
  const [one, other] = [a, b].map(({ folder, pictures }) => `${basename(folder)} (${pictures})`)
  const en = `Two folders of pictures: ${one}, ${other}`
  const ru = `Две папки снимков: ${one}, ${other}`
  if (base === null) return { en, ru }
  const { id, steps, data } = base
  const stepsEn = steps === null ? '' : `, ${steps} steps`
  const stepsRu = steps === null ? '' : `, шагов: ${steps}`
  return {
    en: `${en}. Begun from ${id}${stepsEn}${data ? `: ${data.en}` : ''}`.slice(0, longestText),
    ru: `${ru}. Начато с ${id}${stepsRu}${data ? `: ${data.ru}` : ''}`.slice(0, longestText),
  }
}

function trainingOf(
  record: RunRecord,
  step: number,
  report: TrainingReport | undefined,
  version: string,
): ModelCard['training'] {
  const { settings, from, base } = record
  const epochs = (Math.max(0, step - settings.warmUp) / epochSteps(settings, largerOf(record))).toFixed(1)
  const { warmUp, ngf, blocks, ndf, scale, load, crop, batch, rate, gan } = settings
  const { lambdaCycle, lambdaIdentity, forwardCycle, backwardCycle, flip } = settings
  const { pool, augmentation, averageDecay, seed } = settings
  const parameters = {
    ...{ epochs, warmUp, ngf, blocks, ndf, scale, load, crop, batch, rate, gan, lambdaCycle, lambdaIdentity },
    // Only where it is not what everybody takes it to be.
    ...(forwardCycle ? {} : { forwardCycle }),
    ...(backwardCycle ? {} : { backwardCycle }),
    ...(flip ? {} : { flip }),
    ...{ pool, augmentation: augmentation.join('+') || 'none', averageDecay, seed },
  }
  const losses = Object.entries(report?.losses ?? {}).map(([name, loss]) => `${name} ${loss.toFixed(3)}`)
  return {
    data: dataOf(record),
    steps: step,
    source: `${trainedHere} ${version}${from === null ? '' : `, begun from ${base?.id ?? basename(from)}`}`,
    notes: [
      Object.entries(parameters)
        .map(([name, value]) => `${name} ${value}`)
        .join(', '),
      ...(losses.length > 0 ? [`last losses: ${losses.join(', ')}`] : []),
    ].join('; '),
  }
}
