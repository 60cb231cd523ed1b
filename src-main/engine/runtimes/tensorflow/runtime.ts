/** TensorFlow.js: runs graphs operator by operator. It neither writes nor keeps a model of its own. */
import type { Graph, StatefulGraph } from '../../graph/graph.ts'
import type { Weights } from '../../protocol.ts'
import type { Program, StageProgram, StageRuntime, StepProgram, TrainingRuntime } from '../runtime.ts'
import type { LoadLibrary } from './library.ts'
import { TensorflowProgram, TensorflowStageProgram } from './programs.ts'
import { TensorflowStepProgram } from './step-program.ts'

export class TensorflowRuntime implements TrainingRuntime, StageRuntime {
  readonly name: string
  readonly #load: LoadLibrary

  constructor(name: string, load: LoadLibrary) {
    this.name = name
    this.#load = load
  }

  async version(): Promise<string> {
    return (await this.#load()).version
  }

  async compile(graph: Graph, weights: Weights): Promise<Program> {
    return new TensorflowProgram((await this.#load()).tf, graph, weights)
  }

  async compileStage(graph: Graph, weights: Weights): Promise<StageProgram> {
    return new TensorflowStageProgram((await this.#load()).tf, graph, weights)
  }

  async compileStep(step: StatefulGraph, state: Weights): Promise<StepProgram> {
    return new TensorflowStepProgram((await this.#load()).tf, step, state)
  }
}
