/** `solstice models available` and `solstice models fetch`: the styles that others publish. */
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { Failure } from '../contract/errors.ts'
import type { FailureData } from '../contract/errors.ts'
import { readCatalogue, styleNamed, type CatalogueStyle } from '../models/catalogue.ts'
import { fetchStyle, importStyleFile, keptBytes } from '../models/fetch/fetch-style.ts'
import { environmentProxy } from '../models/fetch/proxy.ts'
import type { Model } from '../models/shelf.ts'
import { named } from './arguments.ts'
import { exitCodes, megabytes, progressLine, result, resultJson, say, sentence } from './console.ts'
import type { RunCommand, Services } from './services.ts'

interface FetchFlags {
  readonly from?: string
  readonly json?: true
}

const examples = `
Examples:
  solstice models available
  solstice models fetch style_monet monet2photo
  solstice models fetch style_monet --from downloads/style_monet.pth

Ctrl-C keeps what has come; the same command goes on from there. HTTP_PROXY, HTTPS_PROXY and NO_PROXY are heeded.`

export function addFetch(models: Command, run: RunCommand): void {
  models
    .command('available')
    .description('Lists the styles that can be fetched: name, megabytes, what it does, whether it is here.')
    .option('--json', 'print one array')
    .action((flags: { json?: true }) => run((services) => available(services, flags)))

  models
    .command('fetch')
    .description('Fetches styles from the server of their authors, and checks and imports them.')
    .argument('<name...>', 'as `solstice models available` lists them')
    .option('--from <file>', 'import a file that you have fetched yourself', named)
    .option('--json', 'print one object')
    .addHelpText('after', examples)
    .action((names: string[], flags: FetchFlags) => run((services) => fetch(services, names, flags)))
}

async function available({ models, data, program }: Services, { json }: { json?: true }): Promise<number> {
  const styles = await readCatalogue(program.catalogue)
  const listed = await Promise.all(
    styles.map(async (style) => ({
      style,
      here: await models.has(style.id),
      kept: await keptBytes(style, data.downloads),
    })),
  )
  if (json) {
    resultJson(
      listed.map(
        ({ style: { task, id, name, description, address, bytes, exactBytes, licence }, here, kept }) => ({
          ...{ task, id, name: name.en, description: description.en, address, bytes, exactBytes },
          ...{ licence: licence.words.en, here, keptBytes: kept },
        }),
      ),
    )
    return exitCodes.ok
  }
  for (const { style, here, kept } of listed) {
    const size = `${style.exactBytes ? '' : 'about '}${Math.round(style.bytes / 1e6)} MB`
    const state = here
      ? 'here'
      : kept > 0
        ? `${megabytes({ done: kept, total: style.bytes, etaSeconds: null })} have come`
        : ''
    result([style.task, size, style.description.en, state].join('\t').trimEnd())
  }
  for (const [licence, tasks] of byLicence(styles)) say(`\n${tasks.join(', ')}:\n  ${licence}`)
  return exitCodes.ok
}

function byLicence(styles: readonly CatalogueStyle[]): ReadonlyMap<string, readonly string[]> {
  const tasks = new Map<string, string[]>()
  for (const { task, licence } of styles)
    tasks.set(licence.words.en, [...(tasks.get(licence.words.en) ?? []), task])
  return tasks
}

/** A style after the other; one that fails does not keep the next from coming. */
async function fetch(
  services: Services,
  names: readonly string[],
  { from, json }: FetchFlags,
): Promise<number> {
  const catalogue = await readCatalogue(services.program.catalogue)
  const styles = [...new Set(names.map((name) => styleNamed(catalogue, name)))]
  if (from !== undefined && styles.length > 1) {
    throw new Failure('bad-request', undefined, '--from goes with one name')
  }
  const fetched: { id: string; task: string }[] = []
  const failed: { task: string; address: string; failure: FailureData }[] = []
  for (const style of styles) {
    try {
      const { card } = await bring(services, style, from)
      fetched.push({ id: card.id, task: style.task })
      if (!json) result(card.id)
    } catch (thrown) {
      const failure = Failure.from(thrown, style.task)
      if (services.signal.aborted) {
        if ((await keptBytes(style, services.data.downloads)) > 0)
          say('What has come is kept: ask again to go on.')
        throw new Failure('cancelled')
      }
      failed.push({ task: style.task, address: style.address, failure: failure.toData() })
      say(sentence(failure))
      if (byHand.has(failure.code)) say(byHandHint(style))
    }
  }
  if (json) resultJson({ fetched, failed })
  return failed.length === 0 ? exitCodes.ok : exitCodes.someFailed
}

async function bring(
  { models, data, signal }: Services,
  style: CatalogueStyle,
  from: string | undefined,
): Promise<Model> {
  const places = { downloads: data.downloads, models, proxyFor: environmentProxy() }
  if (from !== undefined) return importStyleFile(style, resolve(from), places, signal)
  const { host, protocol } = new URL(style.address)
  say(`Fetching ${style.task} from ${host}${protocol === 'http:' ? ', not encrypted' : ''}`)
  const line = progressLine(megabytes)
  try {
    return await fetchStyle(style, places, {
      signal,
      onProgress: (progress) => line.update({ ...progress, detail: style.task }),
    })
  } finally {
    line.stop()
  }
}

/** Where another way to the file may help. */
const byHand: ReadonlySet<string> = new Set<FailureData['code']>([
  'server-unreachable',
  'proxy-failed',
  'download-not-there',
  'download-unfit',
])

const byHandHint = ({ task, address }: CatalogueStyle): string =>
  `By hand: fetch ${address}, then: solstice models fetch ${task} --from ${task}.pth`
