/** Which photos are chosen, as in a file manager: click, Ctrl, Shift, arrows. Values in, values out. */

export interface Selection {
  readonly chosen: ReadonlySet<string>
  /** Where a range begins. */
  readonly anchor: string | null
  /** The photo that has the keyboard's attention. */
  readonly active: string | null
}

export type StepKey =
  'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown' | 'Home' | 'End' | 'PageUp' | 'PageDown'

const stepKeys: readonly string[] = [
  'ArrowLeft',
  'ArrowRight',
  'ArrowUp',
  'ArrowDown',
  'Home',
  'End',
  'PageUp',
  'PageDown',
]

export const isStepKey = (key: string): key is StepKey => stepKeys.includes(key)

export const nothingChosen: Selection = { chosen: new Set(), anchor: null, active: null }

export const only = (id: string): Selection => ({ chosen: new Set([id]), anchor: id, active: id })

/** The first of them has the attention. */
export const these = (ids: readonly string[]): Selection => ({
  chosen: new Set(ids),
  anchor: ids[0] ?? null,
  active: ids[0] ?? null,
})

export function toggled(selection: Selection, id: string): Selection {
  const chosen = new Set(selection.chosen)
  if (!chosen.delete(id)) chosen.add(id)
  return { chosen, anchor: id, active: id }
}

/** From the anchor to `id`; with `add` what was chosen before stays. */
export function extended(
  selection: Selection,
  order: readonly string[],
  id: string,
  add: boolean,
): Selection {
  const anchor = selection.anchor ?? order[0] ?? id
  const from = order.indexOf(anchor)
  const to = order.indexOf(id)
  if (from < 0 || to < 0) return only(id)
  const range = order.slice(Math.min(from, to), Math.max(from, to) + 1)
  return { chosen: new Set(add ? [...selection.chosen, ...range] : range), anchor, active: id }
}

export const all = (selection: Selection, order: readonly string[]): Selection => ({
  chosen: new Set(order),
  anchor: order[0] ?? null,
  active: selection.active ?? order[0] ?? null,
})

export const none = (selection: Selection): Selection => ({ ...selection, chosen: new Set() })

/** The photo that a key leads to in a grid of `columns` columns, `rows` of which are on the screen. */
export function stepped(
  order: readonly string[],
  active: string | null,
  key: StepKey,
  columns: number,
  rows: number,
): string | null {
  const last = order.length - 1
  const at = active === null ? -1 : order.indexOf(active)
  if (last < 0) return null
  if (at < 0) return (key === 'End' ? order[last] : order[0]) ?? null
  const steps: Readonly<Record<StepKey, number>> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns,
    Home: -at,
    End: last - at,
    PageUp: -columns * rows,
    PageDown: columns * rows,
  }
  const target = at + steps[key]
  if (target < 0) return (key === 'PageUp' ? order[at % columns] : order[at]) ?? null
  if (target <= last) return order[target] ?? null
  // Below the end: down from the last row but one goes to the last photo, as file managers do.
  const inLastRow = Math.floor(at / columns) === Math.floor(last / columns)
  return (inLastRow ? order[at] : order[last]) ?? null
}

/** What is left after photos went; the attention goes to the nearest neighbour of the one that had it. */
export function without(
  selection: Selection,
  order: readonly string[],
  gone: ReadonlySet<string>,
): Selection {
  const chosen = new Set([...selection.chosen].filter((id) => !gone.has(id)))
  const { active } = selection
  if (active === null || !gone.has(active)) {
    const anchor = selection.anchor !== null && gone.has(selection.anchor) ? active : selection.anchor
    return { chosen, anchor, active }
  }
  const at = order.indexOf(active)
  const after = order.slice(at + 1).find((id) => !gone.has(id))
  const next = after ?? order.slice(0, Math.max(at, 0)).findLast((id) => !gone.has(id)) ?? null
  return { chosen, anchor: next, active: next }
}
