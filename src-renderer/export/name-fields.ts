/** The fields that a name can be made of, and putting one where the caret stands. */

/** In the order of their buttons. */
export const nameFields = ['name', 'style', 'direction', 'date', 'time', 'camera', 'index', 'folder'] as const
export type NameField = (typeof nameFields)[number]

/** What its button inserts; numbers with four digits sort as they count. */
export const fieldCode = (field: NameField): string => (field === 'index' ? '{index:04}' : `{${field}}`)

export interface Insertion {
  readonly text: string
  /** Where the caret stands afterwards. */
  readonly caret: number
}

/** Puts the field in place of what is selected, with a hyphen where it would stick to a letter or another field. */
export function withField(text: string, start: number, end: number, field: NameField): Insertion {
  const before = text.slice(0, start)
  const after = text.slice(end)
  const sticks = /[\p{L}\p{N}}]$/u.test(before)
  const inserted = `${sticks ? '-' : ''}${fieldCode(field)}`
  return { text: before + inserted + after, caret: before.length + inserted.length }
}
