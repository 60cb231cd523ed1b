/**
 * All that a window may ask of the program, in one typed table: the arguments and the result of each call, and
 * what is told without being asked. The main process checks arguments against it; the bridge lets only its names pass.
 *
 * Pictures do not travel here. A window shows them through the `photo:` protocol by opaque id (`pictures.ts`).
 */
import { z } from 'zod'
import { aboutSchema } from './about.ts'
import { fetchableSchema, taskSchema } from './catalogue.ts'
import { fallbackSchema, runtimesHereSchema } from './runtimes.ts'
import type { FailureData } from './errors.ts'
import {
  appInfoSchema,
  categorySchema,
  conversionSchema,
  directionSchema,
  idSchema,
  modelIdSchema,
  photoSchema,
  progressSchema,
  settingsSchema,
  styleSchema,
} from './schemas.ts'
import {
  givenAnswerSchema,
  roundSchema,
  testFolderSchema,
  testResultSchema,
  trialsSchema,
} from './evaluation.ts'
import {
  batchSchema,
  exportFolderSchema,
  exportItemSchema,
  exportPresetSchema,
  exportSettingsSchema,
  exportSourcesSchema,
  exportStyleSchema,
  namePreviewSchema,
} from './export.ts'
import { updatesSchema } from './updates.ts'
import { noticeSchema } from './notices.ts'
import { presetSchema } from './training-presets.ts'
import {
  dataCheckSchema,
  trainingFolderSchema,
  trainingReportSchema,
  trainingRunSchema,
  trainingSettingsSchema,
} from './training.ts'

const nothing = z.null()
const ids = z.array(idSchema).max(100_000)
const indices = z.array(z.number().int().nonnegative()).max(1_000_000)
const strength = z.number().min(0).max(1)

const call = <Args extends z.ZodType, Result extends z.ZodType>(args: Args, result: Result) => ({
  args,
  result,
})

export const calls = {
  'app.info': call(z.object({}), appInfoSchema),

  'library.list': call(z.object({}), z.array(photoSchema)),
  /** Opens the system's chooser; the photos arrive as `library.added` events. Returns how many were new. */
  'library.choose': call(z.object({ kind: z.enum(['files', 'folder']) }), z.number().int()),
  /** Only the bridge calls this, with the paths of dropped files, which the window's code never sees. */
  'library.add': call(
    z.object({ paths: z.array(z.string().min(1).max(4096)).max(10_000) }),
    z.number().int(),
  ),
  /** Puts the sample photos that ship on the shelf; their ids, in the order of their names. */
  'library.addSamples': call(z.object({}), ids),
  /** Takes photos off the shelf; the files stay where they are. */
  'library.remove': call(z.object({ ids }), nothing),
  /** Undoes `library.remove` within the same run of the program. */
  'library.restore': call(z.object({ ids }), nothing),
  /** Reads a broken photo again. */
  'library.retry': call(z.object({ ids }), nothing),

  'styles.list': call(z.object({}), z.array(styleSchema)),
  /** Opens the system's chooser for a checkpoint; null when nothing was chosen. */
  'styles.chooseCheckpoint': call(
    z.object({ kind: z.enum(['file', 'folder']) }),
    z.object({ token: idSchema, suggestedName: z.string() }).nullable(),
  ),
  'styles.import': call(
    z.object({
      token: idSchema,
      name: z.string().trim().min(1).max(80),
      category: categorySchema,
      a: z.string().trim().min(1).max(40),
      b: z.string().trim().min(1).max(40),
    }),
    styleSchema,
  ),
  /** Own styles only. */
  'styles.remove': call(z.object({ modelId: modelIdSchema }), nothing),

  /** The styles that can be fetched. Reaches no server. */
  'catalogue.list': call(z.object({}), z.array(fetchableSchema)),
  /** Fetches a style, or goes on with what has come of it; `catalogue.changed` tells how far it is. */
  'catalogue.fetch': call(z.object({ task: taskSchema }), nothing),
  /** What has come is kept. */
  'catalogue.cancel': call(z.object({ task: taskSchema }), nothing),
  /** Opens the system's chooser for the file of this style, fetched by hand; null when nothing was chosen. */
  'catalogue.importFile': call(z.object({ task: taskSchema }), styleSchema.nullable()),
  /** Puts the file's address on the clipboard. */
  'catalogue.copyAddress': call(z.object({ task: taskSchema }), nothing),

  'conversions.list': call(z.object({}), z.array(conversionSchema)),
  /** Starts what is missing, returns what is there; a finished conversion is not computed again. */
  'conversions.start': call(
    z.object({ photoIds: ids.min(1), modelId: modelIdSchema, direction: directionSchema }),
    z.array(conversionSchema),
  ),
  /** Computes F(G(x)) for a finished conversion. */
  'conversions.cycle': call(z.object({ id: idSchema }), nothing),
  'conversions.cancel': call(z.object({ ids }), nothing),

  /** Asks for a name and writes the result there; null when the user thought better of it. */
  'results.save': call(
    z.object({ conversionId: idSchema, strength }),
    z.object({ name: z.string(), metadataKept: z.boolean() }).nullable(),
  ),
  /** Opens the system's file manager at the last saved file. */
  'results.reveal': call(z.object({}), nothing),
  /** Writes the result to a file of its own that can be dragged out; the token goes to `results.drag`. */
  'results.prepareDrag': call(z.object({ conversionId: idSchema, strength }), z.object({ token: idSchema })),
  /** Hands the prepared file to the system's drag and drop. */
  'results.drag': call(z.object({ token: idSchema }), nothing),

  /** Opens the system's chooser for folders to export from; empty when nothing was chosen. */
  'export.chooseSources': call(z.object({}), z.array(exportFolderSchema)),
  /** Only the bridge calls this, with the paths of dropped folders and files; files go on the shelf. */
  'export.addSources': call(
    z.object({ paths: z.array(z.string().min(1).max(4096)).max(10_000) }),
    exportSourcesSchema.extend({ folders: z.array(exportFolderSchema) }),
  ),
  /** Opens the system's chooser for the folder that results go to; null when nothing was chosen. */
  'export.chooseTarget': call(z.object({}), exportFolderSchema.nullable()),
  /** The last used settings and target (null at first, or when it is gone), and the saved presets. */
  'export.defaults': call(
    z.object({}),
    z.object({
      settings: exportSettingsSchema,
      target: exportFolderSchema.nullable(),
      presets: z.array(exportPresetSchema),
    }),
  ),
  /** Saves under a name, in place of what bears it. */
  'export.savePreset': call(exportPresetSchema, z.array(exportPresetSchema)),
  'export.removePreset': call(z.object({ name: z.string() }), z.array(exportPresetSchema)),
  /** The first few names as they would come out. */
  'export.previewNames': call(
    z.object({
      sources: exportSourcesSchema,
      styles: z.array(exportStyleSchema).max(20),
      settings: exportSettingsSchema,
    }),
    namePreviewSchema,
  ),
  'export.list': call(z.object({}), z.array(batchSchema)),
  'export.items': call(z.object({ id: idSchema }), z.array(exportItemSchema)),
  'export.start': call(
    z.object({
      sources: exportSourcesSchema,
      target: idSchema,
      styles: z.array(exportStyleSchema).min(1).max(20),
      settings: exportSettingsSchema,
    }),
    batchSchema,
  ),
  /** The photos in hand are finished, no other is begun. */
  'export.pause': call(z.object({ id: idSchema }), nothing),
  'export.resume': call(z.object({ id: idSchema }), nothing),
  /** Some of its photos, or all that are left. */
  'export.cancel': call(z.object({ id: idSchema, items: indices.nullable() }), nothing),
  /** Tries failed and cancelled photos again; null: all of them. */
  'export.retry': call(z.object({ id: idSchema, items: indices.nullable() }), nothing),
  /** Takes a batch that does not run off the list; what it has written stays. */
  'export.remove': call(z.object({ id: idSchema }), nothing),
  /** Opens the system's file manager at a result, or at the target folder. */
  'export.reveal': call(z.object({ id: idSchema, item: z.number().int().nonnegative().nullable() }), nothing),

  /** Opens the system's chooser; null when nothing was chosen. */
  'training.chooseFolder': call(z.object({}), trainingFolderSchema.nullable()),
  /** Only the bridge calls this, with the path of a dropped folder. */
  'training.addFolder': call(z.object({ path: z.string().min(1).max(4096) }), trainingFolderSchema),
  /** Looks at both folders; `training.checking` tells how far it is. A new check ends the one before. */
  'training.check': call(
    z.object({ a: idSchema, b: idSchema, settings: trainingSettingsSchema }),
    dataCheckSchema,
  ),
  'training.cancelCheck': call(z.object({}), nothing),
  /** A preset's settings, for so many pictures in the smaller folder and a model to begin from. */
  'training.preset': call(
    z.object({
      preset: presetSchema,
      pictures: z.number().int().nonnegative(),
      from: modelIdSchema.nullable(),
    }),
    trainingSettingsSchema,
  ),
  /** Seconds that a step takes on this machine; measured once for each size of networks. */
  'training.measure': call(
    z.object({ settings: trainingSettingsSchema }),
    z.object({ stepSeconds: z.number().positive() }),
  ),
  'training.list': call(z.object({}), z.array(trainingRunSchema)),
  'training.start': call(
    z.object({
      a: idSchema,
      b: idSchema,
      name: z.string().trim().min(1).max(80),
      from: modelIdSchema.nullable(),
      settings: trainingSettingsSchema,
    }),
    trainingRunSchema,
  ),
  /** Ends the step under way and keeps a checkpoint. */
  'training.pause': call(z.object({ id: idSchema }), nothing),
  /** Goes on from the last checkpoint. */
  'training.resume': call(z.object({ id: idSchema }), nothing),
  /** Ends the run before its time; it can be kept, and gone on with all the same. */
  'training.stop': call(z.object({ id: idSchema }), nothing),
  /** Deletes a run that does not train, with its checkpoints. */
  'training.remove': call(z.object({ id: idSchema }), nothing),
  /** The journal, thinned out to what a curve can show. */
  'training.reports': call(z.object({ id: idSchema }), z.array(trainingReportSchema)),
  /** Makes a style of the last checkpoint. */
  'training.keep': call(
    z.object({
      id: idSchema,
      name: z.string().trim().min(1).max(80),
      a: z.string().trim().min(1).max(40),
      b: z.string().trim().min(1).max(40),
      category: categorySchema,
    }),
    styleSchema,
  ),

  /** Opens the system's chooser for a folder of pictures; null when nothing was chosen. */
  'evaluation.chooseFolder': call(z.object({}), testFolderSchema.nullable()),
  /** Only the bridge calls this, with the path of a dropped folder. */
  'evaluation.addFolder': call(z.object({ path: z.string().min(1).max(4096) }), testFolderSchema),
  /** The round under way or just over, and the results that are kept, the newest first. */
  'evaluation.state': call(
    z.object({}),
    z.object({ round: roundSchema.nullable(), results: z.array(testResultSchema) }),
  ),
  /** Begins to prepare a round, and ends the one before; `evaluation.changed` tells how far it is. */
  'evaluation.start': call(
    z.object({
      modelId: modelIdSchema,
      direction: directionSchema,
      /** The folder whose pictures are translated, and the one with real pictures of the target. */
      translated: idSchema,
      real: idSchema,
      trials: trialsSchema,
    }),
    roundSchema,
  ),
  /** `trial`: the picture's number, from 0 on; `seconds`: since it was shown. */
  'evaluation.answer': call(
    z.object({
      id: idSchema,
      trial: z.number().int().nonnegative(),
      answer: givenAnswerSchema,
      seconds: z.number().nonnegative(),
    }),
    roundSchema,
  ),
  /** Nothing is kept of a round that was not answered to its end. */
  'evaluation.cancel': call(z.object({}), nothing),
  /** Asks for a name and writes there, never over a file; null when the user thought better of it. */
  'evaluation.export': call(
    z.object({ id: idSchema, format: z.enum(['json', 'csv']) }),
    z.object({ name: z.string() }).nullable(),
  ),
  'evaluation.remove': call(z.object({ id: idSchema }), nothing),

  /** What happened and has not been dismissed. */
  'notices.list': call(z.object({}), z.array(noticeSchema)),
  'notices.dismiss': call(z.object({ id: idSchema }), nothing),
  /** Opens the system's file manager at the files that a notice tells of. */
  'notices.reveal': call(z.object({ id: idSchema }), nothing),

  'settings.get': call(z.object({}), settingsSchema),
  'settings.set': call(settingsSchema.partial(), settingsSchema),

  'about.get': call(z.object({}), aboutSchema),
  /** A component's licences and notices, word for word. */
  'about.texts': call(z.object({ id: z.string().min(1).max(300) }), z.array(z.string())),
  /** Asks for a name and writes the bill of materials there; null when the user thought better of it. */
  'about.saveBill': call(z.object({}), z.object({ name: z.string() }).nullable()),
  /** Opens the file with Chromium's licences in the system's browser. */
  'about.chromiumLicences': call(z.object({}), nothing),

  /** What computes, and what was found out about each runtime. */
  'runtimes.get': call(z.object({}), runtimesHereSchema),
  /** Examines all of them anew, which takes a while. */
  'runtimes.examine': call(z.object({}), runtimesHereSchema),

  'updates.get': call(z.object({}), updatesSchema),
  /** Asks the feed's server now; a failure comes in the state. */
  'updates.look': call(z.object({}), updatesSchema),
  /** Begins to fetch what was found; `updates.changed` tells how far it is. */
  'updates.fetch': call(z.object({}), nothing),
  'updates.cancel': call(z.object({}), nothing),
  /** Ends the program and starts the new version in its place; asks before where that pauses work. */
  'updates.install': call(z.object({}), nothing),
} as const

export const events = {
  'library.added': z.array(photoSchema),
  'library.changed': photoSchema,
  'library.removed': ids,
  /** What the system asked the program to open is on the shelf: new photos and known ones, none where there were none. */
  'library.opened': z.object({ ids }),
  /** Photos whose files are not there, or are there again. */
  'library.presence': z.object({ ids, missing: z.boolean() }),
  'conversions.changed': conversionSchema,
  'conversions.removed': ids,
  'styles.changed': z.array(styleSchema),
  'catalogue.changed': fetchableSchema,
  'export.changed': batchSchema,
  'export.itemsChanged': z.object({ id: idSchema, items: z.array(exportItemSchema) }),
  'export.removed': z.object({ id: idSchema }),
  'training.checking': progressSchema,
  'training.changed': trainingRunSchema,
  'training.reported': z.object({ id: idSchema, report: trainingReportSchema }),
  'training.removed': z.object({ id: idSchema }),
  'evaluation.changed': roundSchema,
  'settings.changed': settingsSchema,
  /** From the menu bar of macOS. */
  'about.asked': z.null(),
  /** The engine's process died and was started again. */
  'engine.restarted': z.null(),
  /** A runtime failed in mid-work; another goes on. */
  'engine.fellBack': fallbackSchema,
  'runtimes.changed': runtimesHereSchema,
  'updates.changed': updatesSchema,
  'notices.added': noticeSchema,
  'notices.removed': z.object({ id: idSchema }),
} as const

export type CallName = keyof typeof calls
export type EventName = keyof typeof events
export type CallArgs<Name extends CallName> = z.input<(typeof calls)[Name]['args']>
export type CallResult<Name extends CallName> = z.output<(typeof calls)[Name]['result']>
export type EventData<Name extends EventName> = z.output<(typeof events)[Name]>

/** What comes back over the bridge: thrown errors would lose their code on the way. */
export type Answer<Name extends CallName> =
  | { readonly ok: true; readonly value: CallResult<Name> }
  | { readonly ok: false; readonly failure: FailureData }

/** The bridge, as the window sees it in `window.solstice`. */
export interface Bridge {
  call<Name extends CallName>(name: Name, args: CallArgs<Name>): Promise<Answer<Name>>
  /** Returns a function that ends the listening. */
  on<Name extends EventName>(name: Name, listener: (data: EventData<Name>) => void): () => void
  /** Adds dropped or chosen files and folders; their paths stay on the other side. */
  addFiles(files: readonly File[]): Promise<Answer<'library.add'>>
  /** The same for the export room; files go on the shelf, folders do not. */
  addExportSources(files: readonly File[]): Promise<Answer<'export.addSources'>>
  /** The same for a folder of pictures to train on. */
  addTrainingFolder(folder: File): Promise<Answer<'training.addFolder'>>
  /** The same for a folder of pictures to test with. */
  addTestFolder(folder: File): Promise<Answer<'evaluation.addFolder'>>
}
