import { describe, expect, it } from 'vitest'
import { featureGroups, featuresOf, featuresOfPixels, type Features } from './features.ts'
import { labOf, type RgbPicture } from './lab.ts'

/** Waves with a fine pattern on them: the larger `kind`, the slower the one and the stronger the other. */
function waves(width: number, height: number, kind: number): RgbPicture {
  const data = Uint8Array.from({ length: 3 * width * height }, (_, i) => {
    const [channel, x, y] = [i % 3, Math.floor(i / 3) % width, Math.floor(i / 3 / width)]
    const wave = 90 * Math.sin(x / (3 + kind) + channel) * Math.cos(y / (5 - kind))
    const value = 128 + wave + ((x * 7 + y * 13 + channel * 5) % 17) * kind * 2
    return Math.min(255, Math.max(0, Math.round(value)))
  })
  return { width, height, data }
}

const flat = (red: number, green: number, blue: number, side = 16): RgbPicture => ({
  width: side,
  height: side,
  data: Uint8Array.from({ length: 3 * side * side }, (_, i) => [red, green, blue][i % 3]!),
})

const product = (x: Float64Array, y: Float64Array): number =>
  x.reduce((sum, value, i) => sum + value * y[i]!, 0)

describe('colours in Lab', () => {
  // The corners of sRGB by CIE's formulas, with the white point D65.
  it.each([
    [
      [255, 255, 255],
      [100, 0, 0],
    ],
    [
      [0, 0, 0],
      [0, 0, 0],
    ],
    [
      [255, 0, 0],
      [53.24, 80.09, 67.2],
    ],
    [
      [0, 255, 0],
      [87.73, -86.18, 83.18],
    ],
    [
      [0, 0, 255],
      [32.3, 79.19, -107.86],
    ],
  ])('of %s are %s', (rgb, expected) => {
    const [red = 0, green = 0, blue = 0] = rgb
    const { lightness, a, b } = labOf(flat(red, green, blue, 1))
    for (const [at, value] of [lightness[0]!, a[0]!, b[0]!].entries())
      expect(Math.abs(value - expected[at]!)).toBeLessThan(0.05)
  })
})

describe('the features', () => {
  const pictures = [0, 1, 2].map((kind) => featuresOf(waves(40, 32, kind)))

  // Computed in numpy, histograms by whole arrays.
  it.each([
    ['colour', 97, [0.96783007, 0.90038099, 0.96774222]],
    ['orientation', 81, [0.93650025, 0.87160954, 0.95666262]],
    ['texture', 72, [0.83627341, 0.75911801, 0.89657885]],
  ] as const)('of %s are those of numpy', (group, length, products) => {
    const [one, two, three] = pictures.map((features) => features[group])
    expect(one).toHaveLength(length)
    const found = [product(one!, two!), product(one!, three!), product(two!, three!)]
    for (const [at, value] of found.entries()) expect(value).toBeCloseTo(products[at]!, 7)
  })

  it.each([
    ['colour', [5, 6, 20, 50], [0.17532299, 0.19423812, 0, 0.08447626]],
    ['orientation', [0, 4, 40, 77], [0.1061495, 0.15530836, 0.14617939, 0.09441625]],
    ['texture', [1, 9, 12, 40, 70], [0.10206207, 0.15776676, 0.11576843, 0, 0.20408651]],
  ] as const)('of %s are so entry by entry', (group, places, values) => {
    for (const [at, place] of places.entries()) expect(pictures[1]![group][place]).toBeCloseTo(values[at]!, 7)
  })

  it.each([
    ['noise and waves', waves(33, 27, 2)],
    ['one colour', flat(90, 120, 30)],
    ['a pixel', flat(1, 2, 3, 1)],
  ])('are vectors of length 1 for %s', (_what, picture) => {
    const features = featuresOf(picture)
    for (const group of featureGroups) expect(product(features[group], features[group])).toBeCloseTo(1, 12)
  })

  it('do not depend on size and depth of the same picture, but for what scaling blurs', async () => {
    const picture = waves(256, 256, 0)
    const small: Features = await featuresOfPixels({ ...picture, channels: 3 })
    const deep = Uint16Array.from(picture.data, (value) => value * 257)
    const same = await featuresOfPixels({ ...picture, data: deep, channels: 3 })
    const twice = new Uint8Array(3 * 512 * 512)
    for (let y = 0; y < 512; y++)
      for (let x = 0; x < 512; x++) {
        const from = 3 * ((y >> 1) * 256 + (x >> 1))
        twice.set(picture.data.subarray(from, from + 3), 3 * (y * 512 + x))
      }
    const large = await featuresOfPixels({ width: 512, height: 512, channels: 3, data: twice })
    for (const group of featureGroups) {
      expect(product(small[group], same[group])).toBeCloseTo(1, 12)
      expect(product(small[group], large[group])).toBeGreaterThan(0.98)
    }
  })

  it('tell each its own: colours from a tint, textures from a blur, orientations from a turn', () => {
    const picture = waves(96, 96, 2)
    const before = featuresOf(picture)
    const at = (x: number, y: number, channel: number): number =>
      picture.data[3 * (Math.min(95, y) * 96 + Math.min(95, x)) + channel]!
    const made = (value: (x: number, y: number, channel: number) => number): Features =>
      featuresOf({
        ...picture,
        data: Uint8Array.from({ length: picture.data.length }, (_, i) =>
          value(Math.floor(i / 3) % 96, Math.floor(i / 3 / 96), i % 3),
        ),
      })
    const blurred = made(
      (x, y, c) => (at(x, y, c) + at(x + 1, y, c) + at(x, y + 1, c) + at(x + 1, y + 1, c)) / 4,
    )
    const turned = made((x, y, c) => at(y, x, c))
    const tinted = made((x, y, c) => (c === 0 ? 255 - at(x, y, c) : at(x, y, c)))
    const likeness = (after: Features) =>
      featureGroups.map((group) => product(before[group], after[group])) as [number, number, number]
    const [, turnedOrientation, turnedTexture] = likeness(turned)
    expect(turnedTexture).toBeCloseTo(1, 10)
    expect(turnedOrientation).toBeLessThan(0.95)
    expect(likeness(turned)[0]).toBeCloseTo(1, 10)
    expect(likeness(blurred)[2]).toBeLessThan(likeness(blurred)[0])
    expect(likeness(tinted)[0]).toBeLessThan(0.9)
  })
})
