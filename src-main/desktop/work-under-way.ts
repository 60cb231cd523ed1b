/** What would be cut off if the program ended now. */

export type LongWork = 'export' | 'training' | 'fetch'

export interface Works {
  readonly runs: { readonly isTraining: boolean }
  readonly exports: { readonly isExporting: boolean }
  readonly fetches: { readonly isFetching: boolean }
}

/** Where there are several, the one that the user is asked about; null: nothing. */
export function workUnderWay({ runs, exports, fetches }: Works): LongWork | null {
  if (exports.isExporting) return 'export'
  if (runs.isTraining) return 'training'
  return fetches.isFetching ? 'fetch' : null
}
