import { describe, expect, it } from 'vitest'
import { lastResort, type RuntimeName, type RuntimeReport } from '../contract/runtimes.ts'
import { runtimesFor } from './machine.ts'
import { rankRuntimes } from './rank.ts'

/** Seconds: right, and so fast; null: wrong. */
const report = (name: RuntimeName, seconds: number | null): RuntimeReport => ({
  ...{ name, version: '1', training: null },
  translation: { outcome: seconds === null ? 'wrong' : 'right', difference: 0, seconds, reason: null },
})

describe('the order of runtimes', () => {
  const reports = [
    report(lastResort, 0.5),
    report('onnxruntime-webgpu', 0.1),
    report('onnxruntime-directml', 0.05),
    report('onnxruntime-cuda', null),
    report('tensorflow-gpu', 0.9),
  ]

  it('is that of their speed, without those that are wrong or slower than the processor', () => {
    const order = ['onnxruntime-directml', 'onnxruntime-webgpu', lastResort]
    expect(rankRuntimes(reports, 'translation', null)).toEqual(order)
  })

  it('has the pinned one first, if it is right', () => {
    const order = ['onnxruntime-directml', 'onnxruntime-webgpu', lastResort]
    expect(rankRuntimes(reports, 'translation', 'tensorflow-gpu')).toEqual(['tensorflow-gpu', ...order])
    expect(rankRuntimes(reports, 'translation', 'onnxruntime-cuda')).toEqual(order)
    expect(rankRuntimes(reports, 'translation', lastResort)[0]).toBe(lastResort)
  })

  it('has the last resort alone for what nothing was examined for', () => {
    expect(rankRuntimes(reports, 'training', null)).toEqual([lastResort])
    expect(rankRuntimes([], 'translation', 'tensorflow-gpu')).toEqual([lastResort])
  })
})

describe('the runtimes of a system', () => {
  it.each([
    ['linux', 'x64', ['onnxruntime-cpu', 'onnxruntime-webgpu', 'onnxruntime-cuda', 'tensorflow-gpu']],
    ['linux', 'arm64', ['onnxruntime-cpu']],
    ['darwin', 'arm64', ['onnxruntime-cpu', 'onnxruntime-webgpu', 'onnxruntime-coreml']],
    ['win32', 'arm64', ['onnxruntime-cpu', 'onnxruntime-webgpu', 'onnxruntime-directml']],
  ])('%s %s', (system, architecture, names) => {
    expect(runtimesFor(system, architecture)).toEqual(names)
  })
})
