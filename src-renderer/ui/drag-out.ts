/** Whether a result is being dragged out of the window, so that the window does not offer to take it in again. */

class DragOut {
  #going = false

  get going(): boolean {
    return this.#going
  }

  begin(): void {
    this.#going = true
  }

  /** The pointer moves in the window only after the drag has ended. */
  end(): void {
    this.#going = false
  }
}

export const dragOut = new DragOut()
