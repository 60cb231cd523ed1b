/**
 * A photo and a training side by side, each in an engine's process of its own as in the app: what either takes alone,
 * and while the other computes.
 */
import { join } from 'node:path'
import { networkOf } from '../../src-main/conversion/translate-photo.ts'
import { startChildProcess } from '../../src-main/engine/engine-process.ts'
import { EngineHost } from '../../src-main/engine/host.ts'
import type { TrainerSettings } from '../../src-main/engine/protocol.ts'
import { pattern } from '../../src-main/engine/train/measure-step.ts'
import { TrainingHost } from '../../src-main/engine/training-host.ts'
import { openModelFolder } from '../../src-main/models/model.ts'
import { measure, median } from './measure.ts'

export interface BesideResult {
  /** Medians, in milliseconds: a photo of 512², a step of 128² with ngf 32. */
  readonly photoAloneMs: number
  readonly photoBesideMs: number
  readonly stepAloneMs: number
  readonly stepBesideMs: number
}

const settings: TrainerSettings = {
  ...{ generator: { ngf: 32, blocks: 6 }, discriminator: { ndf: 64 }, crop: 128, flip: true, batch: 1 },
  ...{ gan: 'lsgan', lambdaCycle: 10, lambdaIdentity: 0.5, forwardCycle: true, backwardCycle: true },
  ...{ augmentation: [], pool: 50, averageDecay: 0.999, warmUp: 0, seed: 1 },
  schedule: { rate: 2e-4, constant: 100, decay: 100, stepsPerUnit: 1000 },
}

export async function benchBeside(folders: {
  readonly models: string
  readonly worker: string
}): Promise<BesideResult> {
  const start = () => startChildProcess(folders.worker)
  const engine = new EngineHost({ start })
  const training = new TrainingHost({ start })
  try {
    const network = networkOf(await openModelFolder(join(folders.models, 'summer-winter'), true), 'AtoB')
    const photo = pattern(512)
    const convert = () => engine.translate(network, photo)
    await convert()
    const photoAloneMs = await medianMs(7, convert)

    await training.begin(settings, { kind: 'begin' }, [])
    let number = 0
    const crop = [pattern(settings.crop)]
    const step = () => training.step(++number, crop, crop)
    await step()
    const stepAloneMs = await medianMs(7, step)

    const photosDone = new AbortController()
    const besides: number[] = []
    const steps = (async () => {
      while (!photosDone.signal.aborted) besides.push(await timed(step))
    })()
    const photoBesideMs = await medianMs(9, convert)
    photosDone.abort()
    await steps
    return { photoAloneMs, photoBesideMs, stepAloneMs, stepBesideMs: Math.round(median(besides)) }
  } finally {
    engine.close()
    training.close()
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}

async function medianMs(runs: number, run: () => Promise<unknown>): Promise<number> {
  return Math.round((await measure(run, { runs, warmUps: 0 })).medianMs)
}
