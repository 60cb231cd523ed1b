/** Checkpoints written by PyTorch: figures of their tensors as Python read them, and the network that each is. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fromHalf } from '../half.ts'
import { readSafetensors } from '../safetensors.ts'
import { architectureOf, cleanStateDict } from '../state-dict.ts'
import { readPth } from './read-pth.ts'

const folder = join(import.meta.dirname, '../../../../shared/golden')

/** Taken with Python's own zipfile, pickle and struct, without the running statistics. */
const golden = [
  {
    file: 'g6-zip',
    format: 'zip',
    tensors: 36,
    count: 124_931,
    sum: -10.872691246079683,
    abs: 7982.9736643196065,
    first: [0.0629221647977829, -0.11137506365776062, 0.045628927648067474],
  },
  {
    file: 'g9-dataparallel',
    format: 'zip',
    tensors: 48,
    count: 403_683,
    sum: -0.33745778237488366,
    abs: 25779.44343870294,
    first: [0.03696836903691292, -0.12130700051784515, 0.05344140902161598],
  },
  {
    file: 'g9-half',
    format: 'zip',
    tensors: 48,
    count: 180_419,
    sum: -27.840640127658844,
    abs: 11481.065890848637,
    first: [0.08819580078125, -0.059173583984375, -0.1065673828125],
  },
  {
    file: 'g9-legacy-running',
    format: 'legacy',
    tensors: 48,
    count: 180_419,
    sum: -53.3571001388671,
    abs: 11486.886733519585,
    first: [0.006458285730332136, -0.06320533901453018, -0.04829736426472664],
  },
] as const

describe.skipIf(!existsSync(folder))('golden checkpoints (skipped without ../shared/golden)', () => {
  it.each(golden)('$file', async ({ file, ...expected }) => {
    const { tensors, format } = await readPth(join(folder, `${file}.pth`))
    const clean = cleanStateDict(tensors, file)
    const values = Object.values(clean).map(({ dtype, data }) => (dtype === 'F16' ? fromHalf(data) : data))
    const total = (of: (value: number) => number) =>
      values.reduce((sum, data) => data.reduce((inner, value) => inner + of(value), sum), 0)
    expect(format).toBe(expected.format)
    expect(values).toHaveLength(expected.tensors)
    expect(values.reduce((sum, data) => sum + data.length, 0)).toBe(expected.count)
    expect(total((value) => value)).toBeCloseTo(expected.sum, 6)
    expect(total(Math.abs)).toBeCloseTo(expected.abs, 6)
    expect([...(values[0] ?? []).slice(0, 3)]).toEqual(expected.first)

    const { metadata, tensors: pictures } = await readSafetensors(join(folder, `${file}.io.safetensors`))
    const { ngf, blocks } = architectureOf(clean, file)
    expect({ ngf: String(ngf), blocks: String(blocks) }).toEqual({
      ngf: metadata.ngf,
      blocks: metadata.blocks,
    })
    expect(pictures.output?.shape).toEqual(pictures.input?.shape)
  })
})
