/** A photo that the engine reads and changes in parts, and the door through which it does. */
import type { PictureDoor } from './link.ts'
import { partOf, putPart } from './picture-parts.ts'
import type { PictureForm, Pixels, Rect } from './protocol.ts'

/** A photo that the engine reads and changes in parts. What `read` or `write` throws ends the request. */
export interface NativePicture extends PictureForm {
  read(rect: Rect): Promise<Pixels> | Pixels
  /** A finished part, with the depth and alpha of what was read there. The parts cover the picture once. */
  write(rect: Rect, pixels: Pixels): void
  /** Forgets what was written: it will come once more. False where what was read cannot be read again. */
  begin(): boolean
}

/** A photo in memory, and a picture of the same form that its translation is written into. */
export function inMemory(photo: Pixels, into: Pixels): NativePicture {
  const { width, height } = photo
  return {
    width,
    height,
    read: (rect) => partOf(photo, rect),
    write: (rect, pixels) => putPart(into, rect, pixels),
    begin: () => true,
  }
}

export interface OpenDoor extends PictureDoor {
  /** What the picture's owner threw. */
  readonly failed: { readonly thrown: unknown } | undefined
}

/** What the picture's owner throws stays on this side; the engine only learns that there is no more to do. */
export function openDoor(picture: NativePicture, cancel: () => void): OpenDoor {
  let failed: OpenDoor['failed']
  return {
    get failed() {
      return failed
    },
    read: async (rect) => {
      try {
        return await picture.read(rect)
      } catch (thrown) {
        failed ??= { thrown }
        return null
      }
    },
    write: (rect, pixels) => {
      if (failed !== undefined) return
      try {
        picture.write(rect, pixels)
      } catch (thrown) {
        failed = { thrown }
        cancel()
      }
    },
  }
}
