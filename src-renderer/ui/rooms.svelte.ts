/** Which room the window shows, and which dialog lies over it. */

export type Room =
  | { readonly kind: 'gallery' }
  /** `conversionId` null: the photo's latest result, if there is one. */
  | { readonly kind: 'compare'; readonly photoId: string; readonly conversionId: string | null }

export type OpenDialog =
  | { readonly kind: 'settings' }
  | { readonly kind: 'shortcuts' }
  | { readonly kind: 'import' }
  | { readonly kind: 'style'; readonly modelId: string }

class Rooms {
  #room = $state.raw<Room>({ kind: 'gallery' })
  #dialog = $state.raw<OpenDialog | null>(null)

  get room(): Room {
    return this.#room
  }

  get dialog(): OpenDialog | null {
    return this.#dialog
  }

  showGallery(): void {
    this.#room = { kind: 'gallery' }
  }

  compare(photoId: string, conversionId: string | null = null): void {
    this.#room = { kind: 'compare', photoId, conversionId }
  }

  open(dialog: OpenDialog): void {
    this.#dialog = dialog
  }

  closeDialog(): void {
    this.#dialog = null
  }
}

export const rooms = new Rooms()
