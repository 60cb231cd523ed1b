import { describe, expect, it } from 'vitest'
import { addGradients } from '../graph/gradient.ts'
import { GraphBuilder } from '../graph/graph.ts'
import { OnnxRuntime } from '../runtimes/onnx/runtime.ts'
import { adam, momentNames, paperAdam } from './adam.ts'

describe('Adam', () => {
  it('moves a weight as algorithm 1 of its paper says', async () => {
    const graph = new GraphBuilder()
    const [rate, step] = [graph.input('rate', []), graph.input('step', [])]
    const w = graph.parameter('w', [1, 1, 1, 3])
    const loss = graph.node('loss', { kind: 'mean-squared-error', target: 1 }, w)
    const updates = adam(graph, paperAdam, addGradients(graph, loss, [w]), { rate, step })
    const names = momentNames('w')
    const shape = [1, 1, 1, 3]
    const tensor = (...values: readonly number[]) =>
      ({ dtype: 'F32', shape, data: Float32Array.from(values) }) as const
    const begin = [-2, 0.5, 1]
    const state = { w: tensor(...begin), [names.first]: tensor(0, 0, 0), [names.second]: tensor(0, 0, 0) }
    const program = await new OnnxRuntime().compileStep({ graph: graph.build(loss), updates }, state)

    const [weights, first, second] = [[...begin], [0, 0, 0], [0, 0, 0]]
    const { beta1, beta2, epsilon } = paperAdam
    for (let t = 1; t <= 5; t++) {
      await program.run({ rate: Float32Array.of(0.1), step: Float32Array.of(t) })
      for (let i = 0; i < 3; i++) {
        const gradient = (2 / 3) * (weights[i]! - 1)
        first[i] = beta1 * first[i]! + (1 - beta1) * gradient
        second[i] = beta2 * second[i]! + (1 - beta2) * gradient ** 2
        const deviation = Math.sqrt(second[i]! / (1 - beta2 ** t)) + epsilon
        weights[i]! -= (0.1 * (first[i]! / (1 - beta1 ** t))) / deviation
      }
      const ours = (await program.read(['w']))['w']!.data
      for (let i = 0; i < 3; i++) expect(ours[i]).toBeCloseTo(weights[i]!, 5)
    }
    await program.release()
  })
})
