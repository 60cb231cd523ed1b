import { describe, expect, it } from 'vitest'
import type { Tensor } from '../protocol.ts'
import { expectPicture, NoPicture, PictureCheck } from './expect-picture.ts'

/** [1, 3, 1, 4] with these values in each channel. */
const tensor = (...values: readonly [number, number, number, number]): Tensor => ({
  shape: [1, 3, 1, 4],
  data: Float32Array.from({ length: 12 }, (_, i) => values[i % 4] ?? 0),
})
const photo = tensor(-0.5, 0, 0.3, 0.9)

describe('what a network gave', () => {
  it('is a picture where it has more than one colour', () => {
    expect(() => expectPicture(photo, tensor(-1, -1, -1, -0.9))).not.toThrow()
  })

  it.each([
    ['black', tensor(-1, -1, -1, -1)],
    ['one colour but for what 8 bits do not show', tensor(0.2, 0.201, 0.2, 0.203)],
    ['no number', tensor(0, Number.NaN, 0.5, 0)],
    ['infinite', tensor(0, Infinity, 0.5, 0)],
  ])('is none where it is %s', (_, after) => {
    expect(() => expectPicture(photo, after)).toThrow(NoPicture)
  })

  it('may be of one colour where the photo is', () => {
    expect(() => expectPicture(tensor(0.1, 0.1, 0.1, 0.12), tensor(-1, -1, -1, -1))).not.toThrow()
  })

  it('is judged as a whole where it comes in parts', () => {
    const black = tensor(-1, -1, -1, -1)
    const check = new PictureCheck()
    check.see(photo, black)
    check.see(photo, tensor(0, 0, 0, 0))
    expect(() => check.expectPicture()).not.toThrow()
    const dark = new PictureCheck()
    dark.see(photo, black)
    dark.see(photo, black)
    expect(() => dark.expectPicture()).toThrow(NoPicture)
  })

  it('is none where a device stops in mid-photo: a part of one colour out of a part that is none', () => {
    const grey = tensor(0, 0, 0, 0)
    const onProcessor = new PictureCheck()
    onProcessor.see(photo, photo)
    onProcessor.see(photo, grey)
    expect(() => onProcessor.expectPicture()).not.toThrow()
    const onDevice = new PictureCheck(true)
    onDevice.see(photo, photo)
    expect(() => onDevice.see(photo, grey)).toThrow(NoPicture)
    onDevice.see(tensor(0.1, 0.1, 0.1, 0.12), grey)
  })
})
