import { describe, expect, it } from 'vitest'
import { below, randomAt, shuffled } from '../engine/random.ts'
import { featuresOf, type Features } from './features/features.ts'
import type { RgbPicture } from './features/lab.ts'
import { distanceParts, floorOf, setDistance } from './set-distance.ts'

const unit = (angle: number): Float64Array => Float64Array.of(Math.cos(angle), Math.sin(angle))
const features = (colour: number, orientation: number, texture: number): Features => ({
  colour: unit(colour),
  orientation: unit(orientation),
  texture: unit(texture),
})

const side = 48

/** Blobs in random places on a ground, another one for each seed. */
function blobs(seed: number): RgbPicture {
  const uniform = randomAt(seed, 'samples', 0)
  const spots = Array.from({ length: 5 }, () => ({
    x: below(side, uniform),
    y: below(side, uniform),
    radius: 3 + 9 * uniform(),
    light: 80 * (uniform() - 0.5),
  }))
  const ground = [100, 110, 90].map((value) => value + 60 * (uniform() - 0.5))
  const data = Uint8Array.from({ length: 3 * side * side }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % side, Math.floor(i / 3 / side)]
    const light = spots.reduce(
      (sum, spot) =>
        sum + spot.light * Math.exp(-(((x - spot.x) ** 2 + (y - spot.y) ** 2) / spot.radius ** 2)),
      0,
    )
    return ground[i % 3]! + light + 12 * (uniform() - 0.5)
  })
  return { width: side, height: side, data }
}

const set = (from: number, count: number, change = (picture: RgbPicture) => picture): Features[] =>
  Array.from({ length: count }, (_, i) => featuresOf(change(blobs(from + i))))

const colder = (by: number) => (picture: RgbPicture) => ({
  ...picture,
  data: picture.data.map((value, i) => Math.min(255, i % 3 === 2 ? value + by : value)),
})

const blurred = (times: number) => (picture: RgbPicture) => {
  let { data } = picture
  for (let n = 0; n < times; n++)
    data = data.map(
      (value, i) =>
        (value + (data[i - 3] ?? value) + (data[i + 3] ?? value) + (data[i + 3 * side] ?? value)) / 4,
    )
  return { ...picture, data }
}

const value = async (a: readonly Features[], b: readonly Features[]) => (await setDistance(a, b))!.all.value

describe('the distance of two sets', () => {
  const x = Array.from({ length: 5 }, (_, i) => features(0.1 * i, 0.2 * i, 0.05 * i * i))
  const y = Array.from({ length: 4 }, (_, i) => features(0.1 * i + 0.3, 0.2 * i, 0.5))

  // Computed in numpy from whole kernel matrices, the jackknife by leaving pictures out.
  it.each([
    ['all', 196.144457, 373.970539],
    ['colour', 582.395475, 535.0199],
    ['orientation', -296.631579, 499.339852],
    ['texture', 297.477676, 830.537021],
  ] as const)('is numpy’s for %s, and so is its standard error', async (part, expected, error) => {
    const distance = (await setDistance(x, y))![part]
    expect(distance.value).toBeCloseTo(expected, 5)
    expect(distance.standardError).toBeCloseTo(error, 5)
  })

  it('is the same both ways and in any order', async () => {
    const [a, b] = [set(0, 8), set(100, 9, colder(40))]
    const turned = shuffled(9, randomAt(3, 'order', 0)).map((i) => b[i]!)
    const [there, back] = [await setDistance(a, b), await setDistance(turned, a)]
    for (const part of distanceParts) {
      expect(back![part].value).toBeCloseTo(there![part].value, 9)
      expect(back![part].standardError).toBeCloseTo(there![part].standardError!, 9)
    }
  })

  it('grows with a shift of colour, and with a blur', async () => {
    const real = set(0, 24)
    const shifted = await Promise.all([20, 50, 90].map((by) => value(set(100, 24, colder(by)), real)))
    expect(shifted.every((distance, i) => distance > (shifted[i - 1] ?? 0))).toBe(true)
    const smooth = await Promise.all([1, 3, 8].map((times) => value(set(100, 24, blurred(times)), real)))
    expect(smooth.every((distance, i) => distance > (smooth[i - 1] ?? 0))).toBe(true)
  })

  it('puts a shift of colour down to colour', async () => {
    const { colour, orientation } = (await setDistance(set(0, 24), set(0, 24, colder(60))))!
    expect(colour.value).toBeGreaterThan(10 * Math.abs(orientation.value))
  })

  it('is 0 in the mean for sets of one kind, below it as often as above', async () => {
    const all = set(0, 24)
    const halves = Array.from({ length: 60 }, (_, split) => {
      const order = shuffled(24, randomAt(5, 'order', split)).map((i) => all[i]!)
      return value(order.slice(0, 12), order.slice(12))
    })
    const distances = await Promise.all(halves)
    const mean = distances.reduce((sum, each) => sum + each, 0) / distances.length
    const spreadOf = Math.sqrt(
      distances.reduce((sum, each) => sum + (each - mean) ** 2, 0) / distances.length,
    )
    // Four standard errors of the mean of 60.
    expect(Math.abs(mean)).toBeLessThan((4 * spreadOf) / Math.sqrt(60))
    expect(distances.filter((each) => each < 0).length).toBeGreaterThan(15)
    const { high, pictures } = (await floorOf(all))!
    expect(pictures).toBe(12)
    expect(distances.filter((each) => each <= high).length).toBeGreaterThan(50)
    expect(high).toBeLessThan(await value(all, set(100, 24, colder(60))))
  })

  it('is not told of fewer than two pictures, its error not of fewer than three', async () => {
    expect(await setDistance(x.slice(0, 1), y)).toBeNull()
    expect((await setDistance(x.slice(0, 2), y))!.all.standardError).toBeNull()
    expect(await floorOf(x.slice(0, 3))).toBeNull()
  })

  it('is left off when nobody wants it any more', async () => {
    const stop = new AbortController()
    stop.abort()
    await expect(setDistance(x, y, stop.signal)).rejects.toThrow('aborted')
  })
})
