/** Which room the window shows, and which dialog lies over it. */

export type Room = PhotoRoom | { readonly kind: 'train' | 'export' | 'test' }

/** Where the photos are. */
type PhotoRoom =
  | { readonly kind: 'gallery' }
  /** `conversionId` null: the photo's latest result, if there is one. */
  | { readonly kind: 'compare'; readonly photoId: string; readonly conversionId: string | null }

export type OpenDialog =
  /** `at`: the part that is wanted in view. */
  | { readonly kind: 'settings'; readonly at?: 'updates' }
  | { readonly kind: 'about' }
  | { readonly kind: 'shortcuts' }
  | { readonly kind: 'import' }
  | { readonly kind: 'catalogue' }
  | { readonly kind: 'style'; readonly modelId: string }

class Rooms {
  #room = $state.raw<Room>({ kind: 'gallery' })
  #dialog = $state.raw<OpenDialog | null>(null)
  /** Where the way back from the other rooms leads. */
  #photoRoom: PhotoRoom = { kind: 'gallery' }

  get room(): Room {
    return this.#room
  }

  get dialog(): OpenDialog | null {
    return this.#dialog
  }

  showGallery(): void {
    this.#showPhotoRoom({ kind: 'gallery' })
  }

  compare(photoId: string, conversionId: string | null = null): void {
    this.#showPhotoRoom({ kind: 'compare', photoId, conversionId })
  }

  /** Back from the other rooms, to what was looked at before. */
  showPhotos(): void {
    this.#room = this.#photoRoom
  }

  showTraining(): void {
    this.#room = { kind: 'train' }
  }

  showExport(): void {
    this.#room = { kind: 'export' }
  }

  /** Real or fake. */
  showTest(): void {
    this.#room = { kind: 'test' }
  }

  open(dialog: OpenDialog): void {
    this.#dialog = dialog
  }

  closeDialog(): void {
    this.#dialog = null
  }

  #showPhotoRoom(room: PhotoRoom): void {
    this.#photoRoom = room
    this.#room = room
  }
}

export const rooms = new Rooms()
