/** `solstice convert`: photos and folders through a style. */
import { resolve } from 'node:path'
import type { Command } from 'commander'
import type { Direction } from '../contract/schemas.ts'
import { convertFiles } from '../export/convert-files.ts'
import type { OutputFormat } from '../photos/formats.ts'
import {
  chosenDirection,
  directionOption,
  formatOption,
  modelOption,
  named,
  namedList,
  resultSizeOption,
  share,
  wholeNumber,
} from './arguments.ts'
import { duration, exitCodes, progressLine, resultJson, say, sentence } from './console.ts'
import type { RunCommand, Services } from './services.ts'

interface ConvertFlags {
  model: string
  direction?: Direction
  out: string
  size?: number | 'full'
  strength: number
  format: OutputFormat | 'same'
  quality?: number
  recursive?: true
  json?: true
}

const examples = `
Examples:
  solstice convert sunset.jpg --model summer-winter --out winter
  solstice convert holiday --recursive --model summer-winter --out winter --size full
  solstice convert holiday --recursive --model summer-winter --direction BtoA --out summer --format tiff
  solstice convert *.jpg --model latest_net_G_A.pth --out winter --strength 0.7 --json > report.json`

export function addConvert(program: Command, run: RunCommand): void {
  program
    .command('convert')
    .summary('translate photos and folders of photos')
    .description('Translates photos with a style. The photos themselves are never changed.')
    .argument('<input...>', 'photos and folders', namedList)
    .addOption(modelOption())
    .addOption(directionOption())
    .requiredOption('--out <folder>', 'where the results go', named)
    .addOption(resultSizeOption())
    .option('--strength <share>', 'how much of the change is kept, 0 to 1', share, 1)
    .addOption(formatOption())
    .option('--quality <number>', 'for formats that lose, 1 to 100', wholeNumber(1, 100))
    .option('--recursive', 'look into subfolders, too')
    .option('--json', 'print one object with what was converted and what failed')
    .addHelpText('after', examples)
    .action((inputs: string[], flags: ConvertFlags) => run((services) => convert(services, inputs, flags)))
}

async function convert(
  { engine, models, signal }: Services,
  inputs: readonly string[],
  flags: ConvertFlags,
): Promise<number> {
  const model = await models.open(flags.model)
  const direction = chosenDirection(model, flags.direction)
  const started = performance.now()
  const line = progressLine()
  const outcome = await convertFiles(
    engine,
    {
      inputs: inputs.map((input) => resolve(input)),
      recursive: flags.recursive ?? false,
      model,
      direction,
      outFolder: resolve(flags.out),
      size: flags.size,
      strength: flags.strength,
      format: flags.format,
      quality: flags.quality,
    },
    {
      signal,
      onProgress: line.update,
      onConverted: ({ output, metadataKept }) => {
        if (!flags.json) line.result(output)
        if (!metadataKept)
          line.note(`  without the photo's EXIF, XMP and IPTC: they could not be carried over`)
      },
      onFailed: ({ failure }) => line.note(sentence(failure)),
    },
  ).finally(line.stop)
  const { converted, failed, cancelled } = outcome
  if (flags.json) {
    resultJson({
      converted: converted.map(({ input, output, width, height, seconds }) => {
        return { input, output, width, height, seconds: Math.round(seconds * 1000) / 1000 }
      }),
      failed: failed.map(({ input, failure }) => {
        return { input, code: failure.code, message: sentence(failure) }
      }),
    })
  } else if (converted.length + failed.length > 0) {
    const seconds = (performance.now() - started) / 1000
    say(`${converted.length} converted, ${failed.length} failed, in ${duration(seconds)}`)
  }
  if (cancelled) {
    say('Cancelled. What is listed above is finished; nothing is half-written.')
    return exitCodes.interrupted
  }
  if (converted.length + failed.length === 0) {
    say(
      `No photos found in ${inputs.join(', ')}.${flags.recursive ? '' : ' --recursive looks into subfolders, too.'}`,
    )
  }
  return failed.length > 0 ? exitCodes.someFailed : exitCodes.ok
}
