/** The catalogue that ships: complete, honest about what it knows, and refused when it is damaged. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { generatorParameters } from '../engine/networks/generator.ts'
import { failureOf } from '../photos/test-support.ts'
import { importOptionsOf, readCatalogue, styleNamed } from './catalogue.ts'

const shipped = join(import.meta.dirname, '../../models/catalogue.json')

/** The names that the paper's authors give their checkpoints. */
const tasks = [
  ...['summer2winter_yosemite', 'winter2summer_yosemite', 'style_monet', 'style_vangogh', 'style_cezanne'],
  ...['style_ukiyoe', 'monet2photo', 'horse2zebra', 'zebra2horse', 'apple2orange', 'orange2apple'],
  ...['map2sat', 'sat2map', 'cityscapes_photo2label', 'cityscapes_label2photo', 'facades_photo2label'],
  ...['facades_label2photo', 'iphone2dslr_flower'],
]

describe('the catalogue that ships', () => {
  it('has every checkpoint that the authors publish, each under its own id', async () => {
    const styles = await readCatalogue(shipped)
    expect(styles.map(({ task }) => task)).toEqual(tasks)
    expect(new Set(styles.map(({ id }) => id)).size).toBe(tasks.length)
    for (const { task, address } of styles) expect(address.endsWith(`/${task}.pth`), task).toBe(true)
  })

  it('states sizes that fit the networks', async () => {
    for (const { task, architecture, bytes } of await readCatalogue(shipped)) {
      const numbers = generatorParameters(architecture).reduce(
        (sum, { shape }) => sum + shape.reduce((product, length) => product * length, 1),
        0,
      )
      expect(bytes, task).toBeGreaterThan(4 * numbers)
      expect(bytes, task).toBeLessThan(4.1 * numbers)
    }
  })

  it('speaks Russian where it says something', async () => {
    for (const { name, description, licence, data } of await readCatalogue(shipped)) {
      for (const text of [name, description, licence.short, licence.words, data])
        expect(text.ru).toMatch(/[а-яё]/i)
    }
  })

  it('finds a style by task and by id', async () => {
    const styles = await readCatalogue(shipped)
    expect(styleNamed(styles, 'style_monet')).toBe(styleNamed(styles, 'style-monet'))
    expect(() => styleNamed(styles, 'style_turner')).toThrow(/model-not-found: style_turner/)
  })

  it('makes a card of one direction', async () => {
    const style = styleNamed(await readCatalogue(shipped), 'horse2zebra')
    expect(importOptionsOf(style)).toMatchObject({
      id: 'horse2zebra',
      direction: 'AtoB',
      a: { en: 'Horse' },
      b: { en: 'Zebra' },
      architecture: { ngf: 64, blocks: 9 },
      training: { source: style.address },
    })
  })
})

describe('another catalogue', () => {
  let folder = ''
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'solstice-catalogue-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  const read = async (text: string) => {
    const path = join(folder, 'catalogue.json')
    await writeFile(path, text)
    return readCatalogue(path)
  }

  it.each([
    ['no JSON', () => '{', /is not JSON/],
    ['no styles', () => '{"format": 1}', /author/],
    ['a file on this computer', (text: string) => text.replace('http://', 'file:///'), /address/],
    ['a name that is a path', (text: string) => text.replace('"style_monet"', '"../style"'), /task/],
    [
      'a licence that is not there',
      (text: string) => text.replace('"licence": "maps"', '"licence": "x"'),
      /x/,
    ],
    ['a task twice', (text: string) => text.replaceAll('"sat2map"', '"map2sat"'), /second map2sat/],
    [
      'a SHA-256 that is none',
      (text: string) => text.replace('"bytes":', '"sha256": "ABC", "bytes":'),
      /sha256/,
    ],
    ['a size of nothing', (text: string) => text.replace(/"bytes": \d+/, '"bytes": 0'), /bytes/],
  ])('with %s is refused', async (_, change, detail) => {
    const text = change(await readFile(shipped, 'utf8'))
    const failure = await failureOf(read(text))
    expect(failure.code).toBe('catalogue-invalid')
    expect(failure.detail).toMatch(detail)
  })

  it('that is missing is told', async () => {
    await expect(readCatalogue(join(folder, 'none.json'))).rejects.toMatchObject({ code: 'file-not-found' })
  })
})
