/** How long the generator takes for one picture, and the most memory that the process took. */
import { buildGenerator } from '../../src-main/engine/networks/generator.ts'
import type { GeneratorSize } from '../../src-main/engine/networks/generator.ts'
import type { Tensor, Weights } from '../../src-main/engine/protocol.ts'
import type { Runtime } from '../../src-main/engine/runtimes/runtime.ts'

export interface ForwardBench extends GeneratorSize {
  /** Height and width of the picture. */
  readonly size: number
  readonly runs: number
}

export interface BenchResult {
  readonly medianMs: number
  readonly minMs: number
  readonly maxMs: number
  /** Of the whole process, weights and start included. */
  readonly peakRssMiB: number
}

const warmUps = 2

export async function benchForward(
  runtime: Runtime,
  { size, runs, ...network }: ForwardBench,
): Promise<BenchResult> {
  const graph = buildGenerator(network)
  const program = await runtime.compile(graph, initialWeights(graph.parameters))
  const picture = randomPicture(size)
  const times: number[] = []
  for (let run = 0; run < warmUps + runs; run++) {
    const started = performance.now()
    await program.run(picture)
    if (run >= warmUps) times.push(performance.now() - started)
  }
  await program.release()
  times.sort((a, b) => a - b)
  const tenths = (ms: number | undefined) => Math.round((ms ?? 0) * 10) / 10
  return {
    medianMs: tenths(((times[(runs - 1) >> 1] ?? 0) + (times[runs >> 1] ?? 0)) / 2),
    minMs: tenths(times[0]),
    maxMs: tenths(times.at(-1)),
    peakRssMiB: Math.round(process.resourceUsage().maxRSS / 1024),
  }
}

/** As training begins: weights from N(0, 0.02), biases 0. */
function initialWeights(parameters: readonly { name: string; shape: readonly number[] }[]): Weights {
  return Object.fromEntries(
    parameters.map(({ name, shape }) => {
      const data = new Float32Array(shape.reduce((a, b) => a * b, 1))
      if (shape.length > 1) for (let i = 0; i < data.length; i++) data[i] = 0.02 * normal()
      return [name, { dtype: 'F32', shape, data }]
    }),
  )
}

function randomPicture(size: number): Tensor {
  const data = new Float32Array(3 * size * size).map(() => Math.random() * 2 - 1)
  return { shape: [1, 3, size, size], data }
}

/** Box and Muller (1958). */
function normal(): number {
  return Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random())
}
