/** What a choice of runtime holds for: this machine, with these graphics cards and drivers. */
import { arch, cpus, platform, release } from 'node:os'
import { runtimeNames, type RuntimeName } from '../contract/runtimes.ts'

export interface Machine {
  /** Graphics cards with their drivers, as the system names them. */
  readonly cards: readonly string[]
  /** System and processor. */
  readonly base: string
}

/** Asks the system, which takes a moment. A system that does not say has no cards. */
export async function thisMachine(): Promise<Machine> {
  const base = [platform(), arch(), release(), cpus()[0]?.model.trim() ?? ''].join(' ')
  return { base, cards: await graphicsCards() }
}

/** The system's own tools may hang with the driver that they ask. */
const limitMs = 5000

async function graphicsCards(): Promise<readonly string[]> {
  try {
    const { graphics } = await import('systeminformation')
    const late = new Promise<never>((_, reject) => setTimeout(reject, limitMs).unref())
    const { controllers } = await Promise.race([graphics(), late])
    return controllers
      .map(({ vendor, model, driverVersion }) => [vendor, model, driverVersion ?? ''].join(' ').trim())
      .filter((card) => card !== '')
  } catch {
    return []
  }
}

const systems: Readonly<Record<RuntimeName, readonly string[]>> = {
  'onnxruntime-cpu': ['linux', 'darwin', 'win32'],
  // The library for Linux on ARM has none.
  'onnxruntime-webgpu': ['linux x64', 'darwin', 'win32'],
  'onnxruntime-directml': ['win32'],
  'onnxruntime-coreml': ['darwin'],
  'onnxruntime-cuda': ['linux x64', 'win32 x64'],
  'tensorflow-gpu': ['linux x64', 'win32 x64'],
}

/** The runtimes that there are for a system, in the order of `runtimeNames`. */
export function runtimesFor(system: string = platform(), architecture: string = arch()): RuntimeName[] {
  const kinds = [system, `${system} ${architecture}`]
  return runtimeNames.filter((name) => systems[name].some((kind) => kinds.includes(kind)))
}
