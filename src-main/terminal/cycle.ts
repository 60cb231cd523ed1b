/** `solstice cycle`: a photo there and back, and how far the way back misses. */
import { basename, resolve } from 'node:path'
import type { Command } from 'commander'
import type { Direction } from '../contract/schemas.ts'
import { cyclePhoto } from '../conversion/translate-photo.ts'
import { slug, stem } from '../export/names.ts'
import { writeUnderFreeName } from '../export/write-photo.ts'
import { localised } from '../models/card.ts'
import {
  chosenDirection,
  directionOption,
  modelOption,
  named,
  runtimeOption,
  sizeOption,
} from './arguments.ts'
import { exitCodes, result, resultJson } from './console.ts'
import { expectRuntime, type EngineFlags, type RunCommand, type Services } from './services.ts'

interface CycleFlags extends EngineFlags {
  model: string
  direction?: Direction
  out: string
  size?: number
  json?: true
}

const examples = `
Example:
  solstice cycle sunset.jpg --model summer-winter --out cycle --json`

export function addCycle(program: Command, run: RunCommand): void {
  program
    .command('cycle')
    .summary('translate a photo there and back, and measure the difference')
    .description(
      'Writes G(x), F(G(x)) and |F(G(x)) − x| as PNG, and prints L1 (share of the full range), PSNR (dB) and SSIM.',
    )
    .argument('<input>', 'a photo', named)
    .addOption(modelOption())
    .addOption(directionOption())
    .requiredOption('--out <folder>', 'where the pictures go', named)
    .addOption(sizeOption())
    .addOption(runtimeOption())
    .option('--json', 'print one object with the files and the measures')
    .addHelpText('after', examples)
    .action((input: string, flags: CycleFlags) => run((services) => cycle(services, input, flags), flags))
}

async function cycle(services: Services, input: string, flags: CycleFlags): Promise<number> {
  const { engine, models, signal } = services
  await expectRuntime(services, 'translation')
  const path = resolve(input)
  const model = await models.open(flags.model)
  const direction = chosenDirection(model, flags.direction)
  const pictures = await cyclePhoto(engine, path, model, direction, { longSide: flags.size, signal })
  const label = localised((direction === 'AtoB' ? model.card.b : model.card.a).label).en
  const write = async (after: typeof pictures.translated, what: string): Promise<string> => {
    const name = `${stem(basename(path))}-${what}.png`
    const pair = { before: after, after }
    const options = { encoding: { format: 'png' }, strength: 1, signal } as const
    return (await writeUnderFreeName(path, pair, resolve(flags.out), name, options)).path
  }
  const { l1, psnr, ssim } = pictures.metrics
  const report = {
    translated: await write(pictures.translated, slug(label)),
    reconstructed: await write(pictures.reconstructed, 'reconstructed'),
    difference: await write(pictures.difference, 'difference'),
    l1,
    psnr,
    ssim,
  }
  if (flags.json) resultJson(report)
  else {
    result([report.translated, report.reconstructed, report.difference].join('\n'))
    result(
      `L1 ${(100 * l1).toFixed(2)} %   PSNR ${psnr === null ? '∞' : psnr.toFixed(2)} dB   SSIM ${ssim.toFixed(4)}`,
    )
  }
  return exitCodes.ok
}
