/** Finds parts of the program by what the user types. */
import type { Component } from '../../src-main/contract/about.ts'

/** Those with every word of `query` somewhere in the name, the licence or the copyright, in any case; all for none. */
export function findComponents(components: readonly Component[], query: string): readonly Component[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return components
  return components.filter(({ name, licence, copyright }) => {
    const text = [name, licence, ...copyright].join('\n').toLowerCase()
    return words.every((word) => text.includes(word))
  })
}
