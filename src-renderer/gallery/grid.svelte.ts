/** How the gallery is shown: the size of its cells and whether they show photos or results. */

export const smallestCell = 120
export const largestCell = 360
const step = 30

class GridView {
  #cell = $state(190)
  #showing = $state<'before' | 'after'>('after')
  /** Where the gallery was scrolled to when it was left. */
  scroll = 0

  /** The wanted width of a cell in CSS pixels; cells grow from it until they fill their row. */
  get cell(): number {
    return this.#cell
  }

  get showing(): 'before' | 'after' {
    return this.#showing
  }

  resize(cell: number): void {
    this.#cell = Math.min(largestCell, Math.max(smallestCell, cell))
  }

  grow(by: 1 | -1): void {
    this.resize(this.#cell + by * step)
  }

  show(what: 'before' | 'after'): void {
    this.#showing = what
  }

  toggle(): void {
    this.#showing = this.#showing === 'before' ? 'after' : 'before'
  }
}

export const gridView = new GridView()
