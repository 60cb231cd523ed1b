/** Test support: a catalogue with one style of a small network, and checkpoints of it as PyTorch would write them. */
import { writeFile } from 'node:fs/promises'
import { generatorParameters } from '../../../engine/networks/generator.ts'
import type { GeneratorArchitecture } from '../../../engine/protocol.ts'
import { pthOf } from '../../testing/pth-writer.ts'
import { randomWeights } from '../../testing/weights.ts'

/** Some 200 kB: comes in several pieces. */
export const smallArchitecture = { kind: 'resnet-generator', ngf: 8, blocks: 2 } as const

export function checkpointOf(architecture: Pick<GeneratorArchitecture, 'ngf' | 'blocks'>, seed = 1): Buffer {
  return pthOf(randomWeights(generatorParameters(architecture), seed), 'zip')
}

export const smallCheckpoint = (seed = 1): Buffer => checkpointOf(smallArchitecture, seed)

export interface CatalogueChanges {
  readonly task?: string
  readonly bytes?: number
  readonly exactBytes?: boolean
  readonly sha256?: string
}

const both = (text: string) => ({ en: text, ru: text })

/** Writes a catalogue of one style for each change. */
export async function writeCatalogue(
  path: string,
  address: string,
  changes: readonly CatalogueChanges[] = [{}],
): Promise<string> {
  const styles = changes.map((change, index) => ({
    task: `small${index}_style`,
    name: both(`Small ${index}`),
    category: 'painter',
    from: both('Photo'),
    to: both(`Small ${index}`),
    description: both('A small one.'),
    address,
    bytes: smallCheckpoint().length,
    exactBytes: true,
    licence: 'research',
    architecture: smallArchitecture,
    workingSize: 256,
    data: both('Nothing'),
    ...change,
  }))
  const licences = { research: { short: both('Research'), words: both('For research.') } }
  await writeFile(path, JSON.stringify({ format: 1, author: 'Nobody', licences, styles }))
  return path
}
