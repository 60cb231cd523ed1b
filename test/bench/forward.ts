/** How long the generator takes for one picture. */
import { buildGenerator } from '../../src-main/engine/networks/generator.ts'
import { initialWeights } from '../../src-main/engine/train/state.ts'
import type { Runtime } from '../../src-main/engine/runtimes/runtime.ts'
import { measure, randomPicture } from './measure.ts'
import type { BenchResult, BenchSettings } from './measure.ts'

export async function benchForward(
  runtime: Runtime,
  { size, runs, ...network }: BenchSettings,
): Promise<BenchResult> {
  const graph = buildGenerator(network)
  const program = await runtime.compile(graph, initialWeights(graph.parameters, Math.random))
  const picture = randomPicture(size)
  const result = await measure(() => program.run(picture), { runs, warmUps: 2 })
  await program.release()
  return result
}
