import { expect, it } from 'vitest'
import { defaultExportSettings } from '../contract/export.ts'
import { encodingFor } from './encoding.ts'

it('each format has its own settings, and no others', () => {
  const settings = { ...defaultExportSettings, webp: { lossless: true, quality: 7 } }
  expect(encodingFor(settings, 'jpeg')).toEqual({
    format: 'jpeg',
    quality: 92,
    chroma: '4:4:4',
    progressive: false,
  })
  expect(encodingFor(settings, 'png')).toEqual({ format: 'png', depth: 'same' })
  expect(encodingFor(settings, 'webp')).toEqual({ format: 'webp', lossless: true, quality: 7 })
  expect(encodingFor(settings, 'avif')).toEqual({ format: 'avif', lossless: false, quality: 65 })
  expect(encodingFor(settings, 'tiff')).toEqual({ format: 'tiff', depth: 'same', compression: 'deflate' })
})
