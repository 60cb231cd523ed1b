/** Which room the window shows, and which dialog lies over it. */

export type Room = PhotoRoom | { readonly kind: 'train' }

/** Where the photos are. */
type PhotoRoom =
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
  /** Where the way back from the train room leads. */
  #photoRoom: PhotoRoom = { kind: 'gallery' }

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

  /** Back from the train room, to what was looked at before. */
  showPhotos(): void {
    if (this.#room.kind === 'train') this.#room = this.#photoRoom
  }

  showTraining(): void {
    if (this.#room.kind === 'train') return
    this.#photoRoom = this.#room
    this.#room = { kind: 'train' }
  }

  open(dialog: OpenDialog): void {
    this.#dialog = dialog
  }

  closeDialog(): void {
    this.#dialog = null
  }
}

export const rooms = new Rooms()
