/** The contract's names without its schemas, small enough for the bridge; the type checker keeps both in step. */
import type { CallName, EventName } from './contract.ts'

export const callChannel = 'solstice:call'
export const eventChannel = 'solstice:event'

/** Those with paths are not among them: only the bridge itself may name one. */
type BridgeCall = Exclude<CallName, 'library.add' | 'training.addFolder' | 'export.addSources'>

const callNames: Record<BridgeCall, true> = {
  'app.info': true,
  'library.list': true,
  'library.choose': true,
  'library.remove': true,
  'library.restore': true,
  'library.retry': true,
  'styles.list': true,
  'styles.chooseCheckpoint': true,
  'styles.import': true,
  'styles.remove': true,
  'conversions.list': true,
  'conversions.start': true,
  'conversions.cycle': true,
  'conversions.cancel': true,
  'results.save': true,
  'results.reveal': true,
  'results.prepareDrag': true,
  'results.drag': true,
  'export.chooseSources': true,
  'export.chooseTarget': true,
  'export.defaults': true,
  'export.savePreset': true,
  'export.removePreset': true,
  'export.previewNames': true,
  'export.list': true,
  'export.items': true,
  'export.start': true,
  'export.pause': true,
  'export.resume': true,
  'export.cancel': true,
  'export.retry': true,
  'export.remove': true,
  'export.reveal': true,
  'training.chooseFolder': true,
  'training.check': true,
  'training.cancelCheck': true,
  'training.preset': true,
  'training.measure': true,
  'training.list': true,
  'training.start': true,
  'training.pause': true,
  'training.resume': true,
  'training.stop': true,
  'training.remove': true,
  'training.reports': true,
  'training.keep': true,
  'settings.get': true,
  'settings.set': true,
  'runtimes.get': true,
  'runtimes.examine': true,
}

const eventNames: Record<EventName, true> = {
  'library.added': true,
  'library.changed': true,
  'library.removed': true,
  'conversions.changed': true,
  'conversions.removed': true,
  'styles.changed': true,
  'export.changed': true,
  'export.itemsChanged': true,
  'export.removed': true,
  'training.checking': true,
  'training.changed': true,
  'training.reported': true,
  'training.removed': true,
  'settings.changed': true,
  'engine.restarted': true,
  'engine.fellBack': true,
  'runtimes.changed': true,
  'storage.failed': true,
}

export const bridgeCalls: readonly string[] = Object.keys(callNames)
export const bridgeEvents: readonly string[] = Object.keys(eventNames)
