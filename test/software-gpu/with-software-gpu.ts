/** Whether a test has a graphics card in software, and how it keeps it. */
import { GraphBuilder } from '../../src-main/engine/graph/graph.ts'
import type { Runtime } from '../../src-main/engine/runtimes/runtime.ts'

/** And what to say where it has none. */
export const withSoftwareGpu = process.env['VK_ICD_FILENAMES']?.includes('swiftshader') === true

export const missing = withSoftwareGpu ? '' : ' (skipped: no SwiftShader of an Electron for Linux)'

/**
 * Keeps the card open between sessions: with the last of them everything that was compiled for it goes, which is most of
 * the time of a test. Gives what lets it go.
 */
export async function holdDevice(runtime: Runtime): Promise<() => Promise<void>> {
  const graph = new GraphBuilder()
  const y = graph.node('y', { kind: 'relu' }, graph.input('x', [1, 1, 1, 1]))
  const held = await runtime.compile(graph.build(y), {})
  return () => held.release()
}
