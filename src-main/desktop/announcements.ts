/** What the services tell, on its way to the window. */
import type { EventData, EventName } from '../contract/contract.ts'
import type { Fallback } from '../contract/runtimes.ts'
import type { Conversions } from '../conversion/conversions.ts'
import type { Rounds } from '../evaluation/real-or-fake/rounds.ts'
import type { Exports } from '../export/exports.ts'
import type { Library } from '../library/library.ts'
import type { StyleFetches } from '../models/fetch/style-fetches.ts'
import type { RuntimeChoice } from '../runtimes/choice.ts'
import type { TrainingRuns } from '../training/runs.ts'
import type { Updates } from '../updates/updates.ts'
import type { Notices } from './notices.ts'

/** To the window that is open; to nobody where there is none. */
export type Tell = <Name extends EventName>(name: Name, data: EventData<Name>) => void

export interface AnnouncingServices {
  readonly library: Library
  readonly conversions: Conversions
  readonly runs: TrainingRuns
  readonly exports: Exports
  readonly rounds: Rounds
  readonly fetches: StyleFetches
  readonly runtimes: RuntimeChoice
  readonly updates: Updates
  readonly notices: Notices
  /** A training goes on by another runtime. */
  readonly fellBack: (fallback: Fallback) => void
  readonly stylesChanged: () => Promise<void>
}

export function announce(tell: Tell, services: AnnouncingServices): void {
  const { library, conversions, runs, exports, rounds, fetches, runtimes, updates, notices } = services
  library.on('added', (photos) => tell('library.added', [...photos]))
  library.on('changed', (photo) => tell('library.changed', photo))
  library.on('removed', (ids) => tell('library.removed', [...ids]))
  library.on('presence', (ids, missing) => tell('library.presence', { ids: [...ids], missing }))
  notices.on('added', (notice) => tell('notices.added', notice))
  notices.on('removed', (id) => tell('notices.removed', { id }))
  conversions.on('changed', (conversion) => tell('conversions.changed', conversion))
  conversions.on('removed', (ids) => tell('conversions.removed', [...ids]))
  runs.on('changed', (run) => tell('training.changed', run))
  runs.on('reported', (id, report) => tell('training.reported', { id, report }))
  runs.on('fellBack', services.fellBack)
  runs.on('removed', (id) => tell('training.removed', { id }))
  exports.on('changed', (batch) => tell('export.changed', batch))
  exports.on('items', (id, items) => tell('export.itemsChanged', { id, items: [...items] }))
  exports.on('removed', (id) => tell('export.removed', { id }))
  rounds.on('changed', (round) => tell('evaluation.changed', round))
  fetches.on('changed', (style) => tell('catalogue.changed', style))
  fetches.on('fetched', () => void services.stylesChanged())
  runtimes.on('changed', (here) => tell('runtimes.changed', here))
  updates.on('changed', (state) => tell('updates.changed', state))
}
