import { describe, expect, it } from 'vitest'
import { lastResort } from '../contract/runtimes.ts'
import { examine } from './examine.ts'
import { shapeOf } from './graph/graph.ts'
import type { Graph } from './graph/graph.ts'
import { OnnxRuntime } from './runtimes/onnx/runtime.ts'
import type { EngineRuntime, ShapedValues } from './runtimes/runtime.ts'

const cpu = new OnnxRuntime()

interface Faults {
  readonly name?: string
  /** Added to what whole networks give. */
  readonly ofProgram?: (graph: Graph) => number
  readonly ofStage?: number
}

/** The CPU under another name, wrong in one respect; `compiled` has the graphs that it was given, one after the other. */
function runtimeWith({ name = 'another', ofProgram = () => 0, ofStage = 0 }: Faults) {
  const compiled: Graph[] = []
  const runtime: EngineRuntime = {
    name,
    version: () => cpu.version(),
    compile: async (graph, weights) => {
      compiled.push(graph)
      const program = await cpu.compile(graph, weights)
      const run: typeof program.run = async (input) => {
        const { shape, data } = await program.run(input)
        return { shape, data: data.map((value) => value + ofProgram(graph)) }
      }
      return { run, release: () => program.release() }
    },
    compileStage: async (graph, weights) => {
      compiled.push(graph)
      const program = await cpu.compileStage(graph, weights)
      const run = async (inputs: ShapedValues): Promise<ShapedValues> => {
        const values = Object.entries(await program.run(inputs))
        return Object.fromEntries(
          values.map(([id, { shape, data }]) => [id, { shape, data: data.map((v) => v + ofStage * v * v) }]),
        )
      }
      return { run, release: () => program.release() }
    },
    compileStep: (step, state) => cpu.compileStep(step, state),
  }
  return { runtime, compiled }
}

const hasNorms = (graph: Graph): boolean =>
  graph.nodes.some(({ operator }) => operator.kind === 'instance-norm')
const channelsOf = (graph: Graph): readonly unknown[] =>
  graph.nodes.map(({ name }) => shapeOf(graph, name)[1])

describe('the examination for translation', () => {
  it('passes one that computes as the CPU does, in a single pass and in stages', async () => {
    const { runtime, compiled } = runtimeWith({})
    const { verdict } = await examine(runtime, 'translation')
    expect(verdict).toMatchObject({ outcome: 'right', reason: null })
    expect(verdict.difference).toBeLessThan(2e-5)
    const kinds = new Set(compiled.flatMap(({ nodes }) => nodes.map(({ operator }) => operator.kind)))
    expect(kinds).toContain('fixed-norm')
  })

  it('finds out one that is wrong only where a network is as wide as those that ship', async () => {
    const wide = (graph: Graph) => hasNorms(graph) && channelsOf(graph).includes(128)
    const { runtime } = runtimeWith({ ofProgram: (graph) => (wide(graph) ? 0.01 : 0) })
    const { verdict } = await examine(runtime, 'translation')
    expect(verdict).toMatchObject({ outcome: 'wrong', seconds: null })
    expect(verdict.reason).toMatch(/^as a whole it differs by 0\.010/)
  })

  it.each([
    ['stages', { ofStage: 0.1 }],
    [
      'networks whose norms are taken into their convolutions',
      { ofProgram: (graph: Graph) => (hasNorms(graph) ? 0 : 0.01) },
    ],
  ])('finds out one that is wrong only in %s', async (_, faults) => {
    const { runtime } = runtimeWith(faults)
    const { verdict } = await examine(runtime, 'translation')
    expect(verdict).toMatchObject({ outcome: 'wrong', seconds: null })
    expect(verdict.reason).toMatch(/^in stages it differs by/)
  })

  it('does not compare the CPU with itself', async () => {
    const { runtime, compiled } = runtimeWith({ name: lastResort })
    expect((await examine(runtime, 'translation')).verdict.outcome).toBe('right')
    expect(compiled.every(hasNorms)).toBe(true)
  })
})
