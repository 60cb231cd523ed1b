/** Answers what a host asks of a training: one trainer at a time, and what is loaded for the next. */
import { buildGenerator } from './networks/generator.ts'
import type {
  Pixels,
  SamplePictures,
  TrainerSettings,
  TrainingRequest,
  TrainingResults,
  Weights,
} from './protocol.ts'
import type { Program, TrainingRuntime } from './runtimes/runtime.ts'
import { measureStep } from './train/measure-step.ts'
import { Trainer } from './train/trainer.ts'
import { samplePicture } from './translate/translate.ts'

export class TrainingDesk {
  readonly #runtime: TrainingRuntime
  #loaded: Weights = {}
  #trainer: Trainer | null = null
  #generator: TrainerSettings['generator'] | null = null

  constructor(runtime: TrainingRuntime) {
    this.#runtime = runtime
  }

  async answer(request: TrainingRequest): Promise<TrainingResults[TrainingRequest['kind']]> {
    switch (request.kind) {
      case 'train-load':
        this.#loaded = { ...this.#loaded, ...request.state }
        return null
      case 'train-begin': {
        const state = this.#loaded
        this.#loaded = {}
        await this.#trainer?.release()
        this.#trainer = null
        this.#trainer = await Trainer.start(this.#runtime, request.settings, request.start, state)
        this.#generator = request.settings.generator
        return null
      }
      case 'train-step': {
        const started = performance.now()
        const losses = await this.#expectTrainer().step(request.step, request.a, request.b)
        return { losses, seconds: (performance.now() - started) / 1000 }
      }
      case 'train-entries':
        return this.#expectTrainer().entries
      case 'train-read':
        return this.#expectTrainer().read(request.names)
      case 'train-sample':
        return this.#sample(request.a, request.b)
      case 'train-measure':
        return { seconds: await measureStep(this.#runtime, request.settings) }
    }
  }

  #expectTrainer(): Trainer {
    if (this.#trainer === null) throw new Error('No training has begun')
    return this.#trainer
  }

  async #sample(a: readonly Pixels[], b: readonly Pixels[]): Promise<TrainingResults['train-sample']> {
    const trainer = this.#expectTrainer()
    if (this.#generator === null) throw new Error('No training has begun')
    const graph = buildGenerator(this.#generator)
    const programs: Program[] = []
    const open = async (direction: 'AtoB' | 'BtoA'): Promise<Program> => {
      const program = await this.#runtime.compile(graph, await trainer.generator(direction))
      programs.push(program)
      return program
    }
    try {
      const [G, F] = [await open('AtoB'), await open('BtoA')]
      const there = async (x: Pixels, first: Program, second: Program): Promise<SamplePictures> => {
        const translated = await samplePicture(first, x)
        return { translated, reconstructed: await samplePicture(second, translated) }
      }
      const samples: { a: SamplePictures[]; b: SamplePictures[] } = { a: [], b: [] }
      for (const x of a) samples.a.push(await there(x, G, F))
      for (const y of b) samples.b.push(await there(y, F, G))
      return samples
    } finally {
      for (const program of programs) await program.release()
    }
  }
}
