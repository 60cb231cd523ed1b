import util from 'node:util'
import { expect, it } from 'vitest'
import { GraphBuilder } from '../../graph/graph.ts'
import { selfTest, tolerance } from '../self-test.ts'
import { loadNative, tensorflowGpu } from './native.ts'

const onCard = await loadNative().then(
  (library) => library.onCard,
  () => false,
)

it.skipIf(onCard)('says plainly why it cannot be used, whatever it is asked', async () => {
  const reason = /is not installed$|does not load: |finds no graphics card/
  const runtime = tensorflowGpu()
  const graph = new GraphBuilder().build()
  await expect(runtime.version()).rejects.toThrow(reason)
  await expect(runtime.compile(graph, {})).rejects.toThrow(reason)
  await expect(runtime.compileStage(graph, {})).rejects.toThrow(reason)
  await expect(runtime.compileStep({ graph, updates: new Map() }, {})).rejects.toThrow(reason)
  await expect(runtime.version()).rejects.not.toThrow('\n')
})

it.skipIf(!onCard)('computes on the card what PyTorch computes', async () => {
  expect(await selfTest(tensorflowGpu())).toBeLessThanOrEqual(tolerance)
})

it('gives the package back what newer versions of Node have removed', async () => {
  const removed = ['isNullOrUndefined', 'isArray']
  for (const name of removed) Reflect.deleteProperty(util, name)
  await loadNative().catch(() => null)
  for (const name of removed) expect(util).toHaveProperty(name, expect.any(Function))
})
