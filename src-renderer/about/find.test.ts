import { describe, expect, it } from 'vitest'
import type { Component } from '../../src-main/contract/about.ts'
import { findComponents } from './find.ts'

const component = (name: string, licence: string, copyright: string): Component => ({
  ...{ id: name, name, version: '1.0.0', licence, copyright: [copyright], homepage: null },
  ...{ use: 'program', within: null, note: null },
})

const sharp = component('sharp', 'Apache-2.0', 'Copyright 2013 Lovell Fuller')
const vips = component('libvips', 'LGPL-3.0-or-later', '')
const zod = component('zod', 'MIT', 'Copyright (c) 2025 Colin McDonnell')
const all = [vips, sharp, zod]

describe('finding parts', () => {
  it.each([
    ['', all],
    ['   ', all],
    ['SHARP', [sharp]],
    ['lgpl', [vips]],
    ['colin', [zod]],
    ['mit zod', [zod]],
    ['mit sharp', []],
  ])('%j', (query, found) => {
    expect(findComponents(all, query)).toEqual(found)
  })
})
