import { describe, expect, it } from 'vitest'
import { packageOf } from './bundled.mjs'

describe('the package of a module', () => {
  it.each([
    ['/solstice/node_modules/uplot/dist/uPlot.esm.js', 'node_modules/uplot'],
    ['/solstice/node_modules/@lucide/svelte/dist/icons/x.svelte', 'node_modules/@lucide/svelte'],
    ['/solstice/node_modules/a/node_modules/@b/c/index.js?v=1', 'node_modules/a/node_modules/@b/c'],
    ['\0/solstice/node_modules/uplot/dist/uPlot.cjs?commonjs-proxy', 'node_modules/uplot'],
    ['C:\\solstice\\node_modules\\uplot\\dist\\uPlot.esm.js', 'node_modules/uplot'],
    ['\0rolldown/runtime.js', 'node_modules/rolldown'],
    ['\0vite/preload-helper.js', 'node_modules/vite'],
    ['/solstice/src-renderer/main.ts', null],
    ['\0virtual:own', null],
  ])('%j is of %j', (id, folder) => {
    expect(packageOf(id, id.startsWith('C:') ? 'C:\\solstice' : '/solstice')).toBe(folder)
  })
})
