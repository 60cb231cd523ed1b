/**
 * An engine's process whose runtimes beside the last resort are fakes: right, until they do what `FAKE_DEVICE` says.
 * `lies`, `hangs`, `dies`, `missing` from the start; `lost:N`, `hangs:N`, `dies:N`, `black:N`, `full:N` at pass N
 * through a whole network, counted from 1; `quick` is right, and at once where it is given the same picture again.
 */
import { lastResort } from '../../src-main/contract/runtimes.ts'
import { openChannel } from '../../src-main/engine/channel.ts'
import type { Tensor } from '../../src-main/engine/protocol.ts'
import { OnnxRuntime } from '../../src-main/engine/runtimes/onnx/runtime.ts'
import type { EngineRuntime } from '../../src-main/engine/runtimes/runtime.ts'
import { serveEngine } from '../../src-main/engine/serve.ts'

const right = new OnnxRuntime()
const [behaviour = '', at = '0'] = (process.env['FAKE_DEVICE'] ?? '').split(':')
let passes = 0

/** Native code that never returns. */
function hang(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
}

/** Does at a pass what it is there for; true: the result is to be black. */
function misbehave(): boolean {
  const reached = ++passes >= Number(at)
  if (!reached) return false
  if (behaviour === 'hangs') hang()
  if (behaviour === 'dies') process.abort()
  if (behaviour === 'lost') throw new Error('The device is lost: DXGI_ERROR_DEVICE_REMOVED')
  if (behaviour === 'full') throw new Error('Out of memory: failed to allocate memory for a buffer')
  return behaviour === 'black'
}

const fake: EngineRuntime = {
  name: 'fake',
  version: async () => {
    if (behaviour === 'missing') throw new Error('its library is not there')
    return '1.0'
  },
  compile: async (graph, weights) => {
    const program = await right.compile(graph, weights)
    let last: { readonly input: Tensor; readonly output: Tensor } | null = null
    return {
      run: async (input) => {
        const black = misbehave()
        if (behaviour === 'quick' && last?.input === input) return last.output
        const output = await program.run(input)
        last = { input, output }
        const { shape, data } = output
        if (black) return { shape, data: data.fill(-1) }
        return { shape, data: behaviour === 'lies' ? data.map((value) => value + 0.1) : data }
      },
      release: () => program.release(),
    }
  },
  compileStage: (graph, weights) => right.compileStage(graph, weights),
  compileStep: async (step, state) => {
    const program = await right.compileStep(step, state)
    return {
      run: async (inputs) => {
        misbehave()
        const values = await program.run(inputs)
        if (behaviour !== 'lies') return values
        return Object.fromEntries(
          Object.entries(values).map(([name, data]) => [name, data.map((x) => 1.1 * x)]),
        )
      },
      read: (names) => program.read(names),
      release: () => program.release(),
    }
  },
}

serveEngine(openChannel(), process.argv[2] === lastResort ? right : fake)
