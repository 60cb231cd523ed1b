/** Which of a run's sample sets is looked at. It stays with the newest until the user goes to an older one. */

/** A step that has samples; null: the newest, whichever that is. */
export type Chosen = number | null

/** The place in `steps` (in order) that is shown, -1 where there is none. A set that is gone gives way to the one before. */
export function placeOf(steps: readonly number[], chosen: Chosen): number {
  if (chosen === null || steps.length === 0) return steps.length - 1
  return Math.max(
    0,
    steps.findLastIndex((step) => step <= chosen),
  )
}

/** What choosing a place means: at the end, to stay with the newest. */
export const chosenAt = (steps: readonly number[], place: number): Chosen =>
  place >= steps.length - 1 ? null : (steps[Math.max(0, place)] ?? null)
