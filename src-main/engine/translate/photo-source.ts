/** A photo that comes and goes in parts, as tensors. */
import { generatorMinimum, generatorStep } from '../networks/generator.ts'
import { partOf } from '../picture-parts.ts'
import type { PictureForm, Pixels, Rect, Tensor } from '../protocol.ts'
import { PictureCheck } from './expect-picture.ts'
import { crop, paddedSize, padReflect } from './pad.ts'
import { toPixels, toTensor } from './pixels.ts'

/** Where the photo comes from and its translation goes to; rectangles lie within it. */
export interface PhotoParts extends PictureForm {
  read(rect: Rect): Promise<Pixels>
  write(rect: Rect, pixels: Pixels): void
}

const sizeRule = { multipleOf: generatorStep, atLeast: generatorMinimum }

/** The photo in [−1, 1], grown by reflection to the network's step; reads and writes rectangles of what it has grown to. */
export class PhotoSource {
  /** What the photo has grown to. */
  readonly size: PictureForm
  readonly #photo: PhotoParts
  readonly #check: PictureCheck
  /** What was read last, and where it lies: alpha and depth of what is written come from there. */
  #last: { readonly rect: Rect; readonly pixels: Pixels } | null = null

  /** `device`: see `PictureCheck`. */
  constructor(photo: PhotoParts, device: boolean) {
    this.#photo = photo
    this.#check = new PictureCheck(device)
    this.size = {
      width: paddedSize(photo.width, sizeRule),
      height: paddedSize(photo.height, sizeRule),
    }
  }

  async read(rect: Rect): Promise<Tensor> {
    const inside = this.#inside(rect)
    const pixels = await this.#photo.read(inside)
    this.#last = { rect: inside, pixels }
    return padReflect(toTensor(pixels), sizeRule)
  }

  /** A part of what was read last. Throws `NoPicture` where the values are none. */
  write(part: Rect, values: Tensor): void {
    const rect = this.#inside(part)
    if (!this.#last) throw new Error('Nothing was read')
    const { left, top } = this.#last.rect
    const place = {
      left: rect.left - left,
      top: rect.top - top,
      right: rect.right - left,
      bottom: rect.bottom - top,
    }
    const like = partOf(this.#last.pixels, place)
    const translated = crop(values, rect.bottom - rect.top, rect.right - rect.left)
    this.#check.see(toTensor(like), translated)
    this.#photo.write(rect, toPixels(translated, like))
  }

  /** Throws `NoPicture` if all that was written is of one colour. */
  expectPicture(): void {
    this.#check.expectPicture()
  }

  #inside({ left, top, right, bottom }: Rect): Rect {
    const { width, height } = this.#photo
    return { left, top, right: Math.min(right, width), bottom: Math.min(bottom, height) }
  }
}
