/** What every runtime offers: it compiles a graph with its weights, and runs it. Runtimes know no network. */
import { shapeOf } from '../graph/graph.ts'
import type { Graph, Parameter, StatefulGraph } from '../graph/graph.ts'
import { describe, describeShape } from '../graph/shape.ts'
import type { Ranges, Tensor, Weights, WeightTensor } from '../protocol.ts'

export interface Runtime {
  readonly name: string
  /** The version of the library behind it. Loads it; throws where it cannot be loaded. */
  version(): Promise<string>
  /**
   * For a graph of one input and one output. A processor may compute in 8 bits the convolutions whose ranges are given.
   * Throws if the weights do not fit the graph.
   */
  compile(graph: Graph, weights: Weights, ranges?: Ranges): Promise<Program>
}

/** A runtime that runs a network in parts. */
export interface StageRuntime extends Runtime {
  /** For a graph of any number of inputs and outputs. Throws if the weights do not fit the graph. */
  compileStage(graph: Graph, weights: Weights): Promise<StageProgram>
}

/** A part of a network ready to run, on inputs of any size that it allows. */
export interface StageProgram {
  /** Takes each input of the graph by its name and gives each of its outputs. Throws if an input is missing. */
  run(inputs: ShapedValues): Promise<ShapedValues>
  /** Gives its memory back. No run may follow. */
  release(): Promise<void>
}

/** Tensors of any rank by their names. */
export type ShapedValues = Readonly<Record<string, { shape: readonly number[]; data: Float32Array }>>

/** A graph ready to run, on inputs of any size that it allows. */
export interface Program {
  /** Throws if the input does not fit the graph. */
  run(input: Tensor): Promise<Tensor>
  /** Gives its memory back. No run may follow. */
  release(): Promise<void>
}

/** A runtime that trains. */
export interface TrainingRuntime extends Runtime {
  /**
   * For a graph whose shapes are all known. `state` has all parameters to begin with; its arrays are the program's from
   * now on, and may be emptied. Throws if they do not fit.
   */
  compileStep(step: StatefulGraph, state: Weights): Promise<StepProgram>
}

/** A runtime as the engine's process has it: it translates, whole or in parts, and trains. */
export type EngineRuntime = StageRuntime & TrainingRuntime

/** A training step ready to run. Its parameters stay in the runtime's memory from one run to the next. */
export interface StepProgram {
  /**
   * Takes each input of the graph by its name, and gives each of its outputs; both flat, in the order of their
   * shapes. The parameters are replaced. Throws if an input is missing or of another size; nothing has changed then.
   */
  run(inputs: Values): Promise<Values>
  /** The parameters, or those that are named, as they are now: copies. */
  read(names?: readonly string[]): Promise<Weights>
  /** Gives its memory back. No run may follow. */
  release(): Promise<void>
}

/** Tensors by their names. */
export type Values = Readonly<Record<string, Float32Array>>

/** The tensor of a parameter. Throws an Error that names the parameter if it is missing or of another shape. */
export function weightOf(weights: Weights, { name, shape }: Parameter): WeightTensor {
  const tensor = Object.hasOwn(weights, name) ? weights[name] : undefined
  if (!tensor) throw new Error(`The weights have no ${name}`)
  if (tensor.shape.length !== shape.length || tensor.shape.some((size, axis) => size !== shape[axis])) {
    throw new Error(`${name} is [${tensor.shape.join(', ')}] and should be [${shape.join(', ')}]`)
  }
  const count = shape.reduce((a, b) => a * b, 1)
  if (tensor.data.length !== count) throw new Error(`${name} has ${tensor.data.length} of ${count} values`)
  return tensor
}

/** The shape of a value of a step's graph. Throws an Error where a size is not known before a run. */
export function knownShape(graph: Graph, id: string): readonly number[] {
  return shapeOf(graph, id).map((size) => {
    if (typeof size !== 'number') throw new Error(`${id}: a step is for sizes that are known`)
    return size
  })
}

/** An input of a step, with its shape. Throws an Error that names it if it is missing or of another size. */
export function stepInput(graph: Graph, inputs: Values, name: string): ShapedValues[string] {
  const shape = knownShape(graph, name)
  const count = shape.reduce((a, b) => a * b, 1)
  const data = Object.hasOwn(inputs, name) ? inputs[name] : undefined
  if (data?.length !== count) throw new Error(`The input ${name} has ${data?.length ?? 0} of ${count} values`)
  return { shape, data }
}

/** The only input and output of a graph. */
export function endsOf(graph: Graph): { readonly input: string; readonly output: string } {
  const [input, output] = [graph.inputs[0], graph.outputs[0]]
  if (input === undefined || output === undefined || graph.inputs.length > 1 || graph.outputs.length > 1) {
    throw new Error(
      `A graph of one input and one output is wanted, not ${graph.inputs.length} and ${graph.outputs.length}`,
    )
  }
  return { input, output }
}

/** Throws unless the tensor's sizes are some that the graph's input allows. */
export function checkInput(graph: Graph, { shape, data }: Tensor): void {
  const allowed = shapeOf(graph, endsOf(graph).input)
  const fits = allowed.every((size, axis) => {
    const actual = shape[axis] ?? 0
    return typeof size === 'number' ? actual === size : actual > 0 && actual % size.multipleOf === 0
  })
  if (!fits || shape.length !== allowed.length) {
    const steps = allowed.flatMap((size) =>
      typeof size === 'number' || size.multipleOf === 1
        ? []
        : [`${describe(size)} a multiple of ${size.multipleOf}`],
    )
    throw new Error(
      `The input is [${shape.join(', ')}] and should be ${[describeShape(allowed), ...steps].join(', ')}`,
    )
  }
  const count = shape.reduce((a, b) => a * b, 1)
  if (data.length !== count) throw new Error(`The input has ${data.length} of ${count} values`)
}
