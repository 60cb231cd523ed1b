/** `solstice convert`: photos and folders through styles, as a batch that can be gone on with. */
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { Failure } from '../contract/errors.ts'
import type { ExportItem } from '../contract/export.ts'
import { BatchItems } from '../export/batch-items.ts'
import { BatchSession } from '../export/batch-session.ts'
import { BatchStore, type BatchRecord, type StoredBatch } from '../export/batch-store.ts'
import { plannedBatch } from '../export/exports.ts'
import { ExportPresets } from '../export/presets.ts'
import { collectPhotos, type CollectedPhoto } from '../photos/collect.ts'
import { chosenDirection, namedList } from './arguments.ts'
import { duration, exitCodes, progressLine, resultJson, say, sentence } from './console.ts'
import { addConvertFlags, presetOf, settingsOf, stylesOf, type ConvertFlags } from './convert-flags.ts'
import { expectRuntime, type RunCommand, type Services } from './services.ts'

const examples = `
Examples:
  solstice convert sunset.jpg --model summer-winter --out winter
  solstice convert holiday --recursive --model summer-winter:BtoA --out summer --format tiff
  solstice convert holiday --recursive --model summer-winter --out winter --name "{date}/{name}" --metadata camera,copyright
  solstice convert *.jpg --model latest_net_G_A.pth --out winter --strength 0.7 --json > report.json
  solstice convert --resume`

export function addConvert(program: Command, run: RunCommand): void {
  const command = program
    .command('convert')
    .summary('translate photos and folders of photos')
    .description('Translates photos with a style. The photos themselves are never changed.')
    .argument('[input...]', 'photos and folders', namedList)
  addConvertFlags(command)
    .addHelpText('after', examples)
    .action((inputs: string[], flags: ConvertFlags) =>
      run((services) => convert(services, inputs, flags), flags),
    )
}

async function convert(services: Services, inputs: readonly string[], flags: ConvertFlags): Promise<number> {
  await expectRuntime(services, 'translation')
  const store = new BatchStore(services.data.exports)
  const batch =
    flags.resume === true
      ? await unfinished(store, flags, inputs)
      : await begun(services, store, inputs, flags)
  return batch === null ? exitCodes.someFailed : runBatch(services, store, batch, flags.json === true)
}

/** A new batch; null where there are no photos. */
async function begun(
  { data, models, signal }: Services,
  store: BatchStore,
  inputs: readonly string[],
  flags: ConvertFlags,
): Promise<StoredBatch | null> {
  const { out } = flags
  if (inputs.length === 0 || out === undefined || stylesOf(flags).length === 0)
    throw new Failure(
      'bad-request',
      undefined,
      'it takes photos or folders, --model and --out, or --resume alone',
    )
  const presets = new ExportPresets(data.exportPresets)
  await presets.open()
  const settings = settingsOf(flags, presetOf(flags, presets))
  const styles: BatchRecord['styles'] = []
  for (const asked of stylesOf(flags)) {
    const model = await models.open(asked.model)
    const direction = chosenDirection(model, asked.direction)
    const { id: modelId } = model.card
    if (styles.some((style) => style.modelId === modelId && style.direction === direction)) continue
    // A path must be found from any folder in which this is gone on with.
    styles.push({ model: asked.model === modelId ? modelId : resolve(asked.model), modelId, direction })
  }
  const target = resolve(out)
  const photos: CollectedPhoto[] = []
  // All names first, and none from the results' own folder: what is written must not be found and converted again.
  const options = { recursive: flags.recursive ?? false, except: target, signal }
  const named = inputs.map((input) => resolve(input))
  for await (const photo of collectPhotos(named, options)) photos.push(photo)
  if (photos.length === 0) {
    const hint = flags.recursive === true ? '' : ' --recursive looks into subfolders, too.'
    say(`No photos found in ${inputs.join(', ')}.${hint}`)
    return null
  }
  const batch = plannedBatch({ target, styles, settings, photos })
  await store.create(batch.record, batch.photos)
  return batch
}

/** All others were settled when the batch was begun. */
const besideResume: ReadonlySet<string> = new Set(['resume', 'out', 'json', 'runtime'])

/** The newest batch that has photos left, into the folder that is named, if one is; failed photos are tried again. */
async function unfinished(
  store: BatchStore,
  flags: ConvertFlags,
  inputs: readonly string[],
): Promise<StoredBatch | null> {
  const others = Object.entries(flags).filter(
    ([name, value]) => value !== undefined && !besideResume.has(name),
  )
  if (inputs.length > 0 || others.length > 0)
    throw new Failure(
      'bad-request',
      undefined,
      '--resume goes on with what was begun: no photos and no other settings, but --out to tell which',
    )
  const target = flags.out === undefined ? null : resolve(flags.out)
  for (const record of await store.list()) {
    if (target !== null && record.target !== target) continue
    const batch = await store.load(record.id).catch(() => null)
    if (batch === null) continue
    const items = new BatchItems(batch.record, batch.photos, batch.entries)
    const failed = items.all.filter(({ state }) => state === 'failed')
    if (items.nextWaiting() === undefined && failed.length === 0) continue
    const again = failed.map(({ index }) => ({ kind: 'again', item: index }) as const)
    await store.journal(record.id).append(...again)
    return { ...batch, entries: [...batch.entries, ...again] }
  }
  say(`There is no unfinished export${target === null ? '' : ` to ${target}`}.`)
  return null
}

async function runBatch(
  { engine, models, signal, version }: Services,
  store: BatchStore,
  batch: StoredBatch,
  json: boolean,
): Promise<number> {
  const { record, photos } = batch
  const started = performance.now()
  const line = progressLine()
  const items = new BatchItems(record, photos, batch.entries)
  const over = new Map<number, ExportItem>()
  const pathOf = (output: string | null): string => join(record.target, output ?? '')
  const session = new BatchSession({ engine, models, store, version }, batch, items, {
    onProgress: line.update,
    onItem: (item) => {
      if (item.state === 'waiting' || item.state === 'running') return
      over.set(item.index, item)
      if (item.state === 'done' && !json) line.result(pathOf(item.output))
      if (item.state === 'done' && !item.metadataKept)
        line.note(`  without the photo's EXIF, XMP and IPTC: they could not be carried over`)
      if (item.failure !== undefined) line.note(sentence(item.failure))
    },
  })
  const stop = (): void => session.stop()
  signal.addEventListener('abort', stop)
  let failure: Failure | null = null
  try {
    await store.save({ ...record, state: 'running', failure: null })
    if (signal.aborted) stop()
    await session.run()
  } catch (thrown) {
    failure = Failure.from(thrown)
  } finally {
    signal.removeEventListener('abort', stop)
    line.stop()
  }
  const done = [...over.values()].toSorted((a, b) => a.index - b.index)
  if (json) resultJson(reportOf(done, photos, pathOf))
  else {
    const count = (state: ExportItem['state']): number => done.filter((item) => item.state === state).length
    const skipped = count('skipped') === 0 ? '' : `, ${count('skipped')} passed over`
    const seconds = (performance.now() - started) / 1000
    say(`${count('done')} converted, ${count('failed')} failed${skipped}, in ${duration(seconds)}`)
  }
  return conclude(store, record, items, { failure, interrupted: signal.aborted })
}

/** Remembers how it ended, or forgets a batch of which nothing is left to do; says how to go on, and the exit code. */
async function conclude(
  store: BatchStore,
  record: BatchRecord,
  items: BatchItems,
  { failure, interrupted }: { readonly failure: Failure | null; readonly interrupted: boolean },
): Promise<number> {
  const { done, failed, skipped } = items.counts()
  const isUnfinished = items.nextWaiting() !== undefined
  if (failure !== null) {
    say(sentence(failure))
    if (failure.code === 'export-busy') return exitCodes.someFailed
  }
  if (!isUnfinished && failed === 0) {
    await store.remove(record.id)
    return exitCodes.ok
  }
  if (failure !== null && done + failed + skipped === 0) {
    await store.remove(record.id)
    return exitCodes.someFailed
  }
  const state = failure !== null ? 'failed' : isUnfinished ? 'interrupted' : 'done'
  await store.save({ ...record, state, failure: failure?.toData() ?? null }).catch(() => undefined)
  if (interrupted)
    say(
      'Cancelled. What is listed above is finished; nothing is half-written. solstice convert --resume goes on.',
    )
  else if (isUnfinished) say('solstice convert --resume goes on.')
  else say('solstice convert --resume tries again what failed.')
  return interrupted ? exitCodes.interrupted : exitCodes.someFailed
}

function reportOf(
  over: readonly ExportItem[],
  photos: StoredBatch['photos'],
  pathOf: (output: string | null) => string,
) {
  const inputOf = ({ index }: ExportItem): string => photos[index]?.path ?? ''
  const inState = (state: ExportItem['state']) => over.filter((item) => item.state === state)
  return {
    converted: inState('done').map((item) => {
      const { style, output, width, height, seconds } = item
      return {
        ...{ input: inputOf(item), output: pathOf(output), style: style.modelId, direction: style.direction },
        ...{ width, height, seconds: Math.round(seconds * 1000) / 1000 },
      }
    }),
    failed: inState('failed').map((item) => {
      const { failure = { code: 'internal' } } = item
      return { input: inputOf(item), code: failure.code, message: sentence(failure) }
    }),
    skipped: inState('skipped').map(inputOf),
  }
}
