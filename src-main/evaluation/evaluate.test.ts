/** What an evaluation makes of an engine that fails: passes a picture over, or ends where every other would fail, too. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Failure, type FailureData } from '../contract/errors.ts'
import { EngineHost } from '../engine/host.ts'
import type { EngineRequest } from '../engine/protocol.ts'
import { ScriptedEngine, type Reply } from '../engine/testing/scripted-engine.ts'
import { ModelShelf } from '../models/shelf.ts'
import { failureOf } from '../photos/test-support.ts'
import { evaluateStyle, type Evaluation } from './evaluate.ts'
import { picturesOf } from './sides.ts'

const builtIn = join(import.meta.dirname, '../../models')

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'solstice-evaluate-unit-'))
  for (let i = 0; i < 6; i++)
    await sharp({ create: { width: 16, height: 16, channels: 3, background: { r: 40 * i, g: 90, b: 30 } } })
      .png()
      .toFile(join(folder, `${i}.png`))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** A style that changes nothing. */
function unchanged(request: EngineRequest): Reply {
  if (request.kind === 'translate') return { result: { pixels: request.pixels, seconds: 0 } }
  if (request.kind !== 'cycle') return 'works'
  const { pixels } = request
  const metrics = { l1: 0, psnr: null, ssim: 1 }
  return {
    result: { translated: pixels, reconstructed: pixels, difference: pixels, metrics, seconds: 0 },
  }
}

interface Judged {
  readonly evaluation: Promise<Evaluation>
  readonly failed: FailureData[]
}

async function judge(engine: EngineHost): Promise<Judged> {
  const model = await new ModelShelf({ builtIn, own: join(folder, 'own') }).open('summer-winter')
  const pictures = { a: await picturesOf(folder, undefined), b: await picturesOf(folder, undefined) }
  const failed: FailureData[] = []
  const onFailed = ({ failure }: { failure: FailureData }): number => failed.push(failure)
  return { evaluation: evaluateStyle(engine, model, pictures, { onFailed }), failed }
}

/** `answer` is told the number of the request, from 1 on. */
async function judgeBy(answer: (request: EngineRequest, asked: number) => Reply): Promise<Judged> {
  let asked = 0
  const { start } = new ScriptedEngine((request) => answer(request, ++asked))
  return judge(new EngineHost({ start }))
}

it('a runtime that is of no use ends the evaluation at once, and is not passed over picture by picture', async () => {
  const unfit = async (): Promise<never> => {
    throw new Failure('runtime-unfit', 'WebGPU')
  }
  const engine = new EngineHost({ start: new ScriptedEngine(() => 'works').start, order: unfit })
  const { evaluation, failed } = await judge(engine)
  const failure = await failureOf(evaluation)
  expect([failure.code, failure.subject]).toEqual(['runtime-unfit', 'WebGPU'])
  expect(failed).toEqual([])
})

it.each([
  ['engine-stopped', 'dies'],
  ['engine-failed', { error: 'failed', detail: 'no' }],
] as const)(
  '%s for three pictures in a row ends the evaluation, not too-few-pictures',
  async (code, reply) => {
    const { evaluation, failed } = await judgeBy(() => reply)
    expect((await failureOf(evaluation)).code).toBe(code)
    expect(failed.map((failure) => failure.code)).toEqual([code, code])
  },
)

it('a picture that the engine fails at now and then is passed over, and so is a broken one', async () => {
  await writeFile(join(folder, 'broken.png'), 'no picture')
  const { evaluation, failed } = await judgeBy((request, asked) =>
    asked % 4 === 1 ? { error: 'failed', detail: 'no' } : unchanged(request),
  )
  const { pictures } = await evaluation
  expect(failed.filter(({ code }) => code === 'engine-failed').length).toBeGreaterThan(2)
  expect(failed.filter(({ subject }) => subject === 'broken.png')).toHaveLength(2)
  expect(pictures.a + pictures.b + failed.length).toBe(14)
})
