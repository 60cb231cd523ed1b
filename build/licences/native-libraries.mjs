/**
 * The libraries inside libvips' prebuilt binary. Its package names them with their versions (versions.json) and
 * licences (README), but has no copyright notices; these come from each library's own licence file.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { markdownRows } from './markdown.mjs'
import * as notes from './notes.mjs'
import { readText } from './packages.mjs'

/** @import { Note } from './notes.mjs' */
/**
 * @typedef {{
 *   stated: string, licence: string, homepage: string, copyright: readonly string[], note?: Note, key?: string, text?: () => string,
 * }} Library `stated`: the licence in the package's README; `key`: its name in versions.json where that differs;
 *   `text`: its wording where SPDX's names somebody else
 */

const gitLab = 'https://gitlab.freedesktop.org'
const gnome = 'https://gitlab.gnome.org/GNOME'
const lgpl = { stated: 'LGPLv3', licence: 'LGPL-3.0-or-later', note: notes.replaceable }
const mit = { stated: 'MIT License', licence: 'MIT' }

/** @type {Readonly<Record<string, Library>>} */
export const libraries = {
  aom: {
    stated: 'BSD 2-Clause + Alliance for Open Media Patent License 1.0',
    licence: 'BSD-2-Clause',
    homepage: 'https://aomedia.googlesource.com/aom',
    copyright: ['Copyright (c) 2016, Alliance for Open Media. All rights reserved.'],
    note: notes.aomPatents,
  },
  cairo: {
    stated: 'Mozilla Public License 1.1',
    licence: 'MPL-1.1',
    homepage: `${gitLab}/cairo/cairo`,
    copyright: ['Copyright © 2002 University of Southern California', 'Copyright © 2005 Red Hat, Inc.'],
    note: notes.replaceable,
  },
  cgif: {
    ...mit,
    homepage: 'https://github.com/dloebl/cgif',
    copyright: ['Copyright (c) 2021-2025, Daniel Löbl'],
  },
  expat: {
    ...mit,
    homepage: 'https://github.com/libexpat/libexpat',
    copyright: [
      'Copyright (c) 1998-2000 Thai Open Source Software Center Ltd and Clark Cooper',
      'Copyright (c) 2001-2025 Expat maintainers',
    ],
  },
  fontconfig: {
    stated: 'fontconfig License (BSD-like)',
    licence: 'HPND-sell-variant',
    homepage: `${gitLab}/fontconfig/fontconfig`,
    copyright: [
      'Copyright © 2000-2007 Keith Packard',
      'Copyright © 2005 Patrick Lam',
      'Copyright © 2007 Dwayne Bailey and Translate.org.za',
      'Copyright © 2009 Roozbeh Pournader',
      'Copyright © 2008-2020 Red Hat, Inc.',
      'Copyright © 2008 Danilo Šegan',
      'Copyright © 2012 Google, Inc.',
    ],
    text: () => readText(join(import.meta.dirname, 'texts/fontconfig.txt')),
  },
  freetype: {
    stated: 'freetype License (BSD-like)',
    licence: 'FTL',
    homepage: `${gitLab}/freetype/freetype`,
    copyright: ['Copyright (C) 1996-2000 by David Turner, Robert Wilhelm, and Werner Lemberg'],
    note: notes.freetype,
  },
  fribidi: { ...lgpl, homepage: 'https://github.com/fribidi/fribidi', copyright: [] },
  glib: { ...lgpl, homepage: `${gnome}/glib`, copyright: [] },
  harfbuzz: {
    stated: 'MIT License',
    licence: 'MIT-Modern-Variant',
    homepage: 'https://github.com/harfbuzz/harfbuzz',
    copyright: [
      'Copyright © 2010-2022 Google, Inc.',
      'Copyright © 2015-2020 Ebrahim Byagowi',
      'Copyright © 2019,2020 Facebook, Inc.',
      'Copyright © 2012,2015 Mozilla Foundation',
      'Copyright © 2011 Codethink Limited',
      'Copyright © 2008,2010 Nokia Corporation and/or its subsidiary(-ies)',
      'Copyright © 2009 Keith Stribley',
      'Copyright © 2011 Martin Hosken and SIL International',
      'Copyright © 2007 Chris Wilson',
      'Copyright © 2005,2006,2020,2021,2022,2023 Behdad Esfahbod',
      'Copyright © 2005 David Turner',
      'Copyright © 2004,2007,2008,2009,2010,2013,2021,2022,2023 Red Hat, Inc.',
      'Copyright © 1998-2004 David Turner and Werner Lemberg',
      'Copyright © 2016 Igalia S.L.',
      'Copyright © 2022 Matthias Clasen',
      'Copyright © 2018,2021 Khaled Hosny',
      'Copyright © 2018,2019,2020 Adobe, Inc',
    ],
  },
  highway: {
    stated: 'BSD 3-Clause',
    licence: 'BSD-3-Clause',
    homepage: 'https://github.com/google/highway',
    copyright: ['Copyright (c) the Highway Project Authors. All rights reserved.'],
  },
  lcms: {
    ...mit,
    homepage: 'https://github.com/mm2/Little-CMS',
    copyright: ['Copyright (c) 1998-2023 Marti Maria Saguer'],
  },
  libarchive: {
    stated: 'BSD 2-Clause',
    licence: 'BSD-2-Clause',
    homepage: 'https://github.com/libarchive/libarchive',
    copyright: ['Copyright (c) 2003-2018 Tim Kientzle and the authors of libarchive. All rights reserved.'],
    key: 'archive',
  },
  libexif: { ...lgpl, homepage: 'https://github.com/libexif/libexif', copyright: [], key: 'exif' },
  libffi: {
    ...mit,
    homepage: 'https://github.com/libffi/libffi',
    copyright: ['Copyright (c) 1996-2025 Anthony Green, Red Hat, Inc and others.'],
    key: 'ffi',
  },
  libheif: { ...lgpl, homepage: 'https://github.com/strukturag/libheif', copyright: [], key: 'heif' },
  libimagequant: {
    stated: 'BSD 2-Clause',
    // Its copyright file has the older licence of a part beside the one that is stated.
    licence: 'BSD-2-Clause AND HPND-Pbmplus',
    homepage: 'https://github.com/lovell/libimagequant',
    copyright: [
      '© 1997-2002 by Greg Roelofs; based on an idea by Stefan Schneider.',
      '© 2009-2014 by Kornel Lesiński.',
      '© 1989, 1991 by Jef Poskanzer.',
    ],
    key: 'imagequant',
  },
  libnsgif: {
    ...mit,
    homepage: 'https://www.netsurf-browser.org/projects/libnsgif/',
    copyright: ['Copyright (c) 2004 Richard Wilson', 'Copyright (c) 2008 Sean Fox'],
    key: '',
  },
  libpng: {
    stated: 'libpng License',
    licence: 'libpng-2.0',
    homepage: 'https://github.com/pnggroup/libpng',
    copyright: [
      'Copyright (c) 1995-2026 The PNG Reference Library Authors.',
      'Copyright (c) 2018-2026 Cosmin Truta.',
      'Copyright (c) 2000-2002, 2004, 2006-2018 Glenn Randers-Pehrson.',
      'Copyright (c) 1996-1997 Andreas Dilger.',
      'Copyright (c) 1995-1996 Guy Eric Schalnat, Group 42, Inc.',
    ],
    key: 'png',
  },
  librsvg: { ...lgpl, homepage: `${gnome}/librsvg`, copyright: [], key: 'rsvg' },
  libtiff: {
    stated: 'libtiff License (BSD-like)',
    licence: 'libtiff',
    homepage: 'https://gitlab.com/libtiff/libtiff',
    copyright: ['Copyright © 1988-1997 Sam Leffler', 'Copyright © 1991-1997 Silicon Graphics, Inc.'],
    key: 'tiff',
  },
  libultrahdr: {
    ...mit,
    homepage: 'https://github.com/google/libultrahdr',
    copyright: ['Copyright (c) 2022 The Android Open Source Project'],
    key: 'uhdr',
  },
  libvips: { ...lgpl, homepage: 'https://github.com/libvips/libvips', copyright: [], key: 'vips' },
  libwebp: {
    stated: 'New BSD License',
    licence: 'BSD-3-Clause',
    homepage: 'https://chromium.googlesource.com/webm/libwebp',
    copyright: ['Copyright (c) 2010, Google Inc. All rights reserved.'],
    key: 'webp',
  },
  libxml2: {
    ...mit,
    homepage: `${gnome}/libxml2`,
    copyright: ['Copyright (C) 1998-2012 Daniel Veillard. All Rights Reserved.'],
    key: 'xml2',
  },
  mozjpeg: {
    stated: 'zlib License, IJG License, BSD 3-Clause',
    licence: 'Zlib AND IJG AND BSD-3-Clause',
    homepage: 'https://github.com/mozilla/mozjpeg',
    copyright: [
      'Copyright (C) 1991-2020, Thomas G. Lane, Guido Vollbeding.',
      'Copyright (C) 2009-2024, D. R. Commander.',
      'Copyright (C) 2014, Mozilla Corporation.',
    ],
    note: notes.mozjpeg,
  },
  pango: { ...lgpl, homepage: `${gnome}/pango`, copyright: [] },
  pixman: {
    ...mit,
    homepage: `${gitLab}/pixman/pixman`,
    copyright: [
      'Copyright 1987, 1988, 1989, 1998 The Open Group',
      'Copyright 1987, 1988, 1989 Digital Equipment Corporation',
      'Copyright 1999, 2004, 2008 Keith Packard',
      'Copyright 2000 SuSE, Inc.',
      'Copyright 2000 Keith Packard, member of The XFree86 Project, Inc.',
      'Copyright 2004, 2005, 2007, 2008, 2009, 2010 Red Hat, Inc.',
      'Copyright 2004 Nicholas Miell',
      'Copyright 2005 Lars Knoll & Zack Rusin, Trolltech',
      'Copyright 2005 Trolltech AS',
      'Copyright 2007 Luca Barbato',
      'Copyright 2008 Aaron Plattner, NVIDIA Corporation',
      'Copyright 2008 Rodrigo Kumpera',
      'Copyright 2008 André Tupinambá',
      'Copyright 2008 Mozilla Corporation',
      'Copyright 2008 Frederic Plourde',
      'Copyright 2009, Oracle and/or its affiliates. All rights reserved.',
      'Copyright 2009, 2010 Nokia Corporation',
    ],
  },
  'proxy-libintl': { ...lgpl, homepage: 'https://github.com/frida/proxy-libintl', copyright: [] },
  'zlib-ng': {
    stated: 'zlib License',
    licence: 'Zlib',
    homepage: 'https://github.com/zlib-ng/zlib-ng',
    copyright: ['(C) 1995-2025 Jean-loup Gailly and Mark Adler'],
  },
}

/**
 * What a package of libvips says of itself, set against the table above; null for any other package.
 * `problems` name what the table does not know or has otherwise: someone must look at that.
 * @param {string} folder
 * @returns {{ found: (Library & { name: string, version: string | null })[], problems: string[] } | null}
 */
export function nativeLibraries(folder) {
  const [versionsFile, readme] = [join(folder, 'versions.json'), join(folder, 'README.md')]
  if (!existsSync(versionsFile) || !existsSync(readme)) return null
  /** @type {Record<string, string>} */
  const versions = JSON.parse(readFileSync(versionsFile, 'utf8'))
  const found = []
  const problems = []
  for (const { Library: name = '', 'Used under the terms of': stated } of markdownRows(
    readFileSync(readme, 'utf8'),
  )) {
    const known = libraries[name]
    if (known === undefined || known.stated !== stated) {
      problems.push(`${name}: its licence “${stated}” is not in native-libraries.mjs`)
      continue
    }
    const key = known.key ?? name
    found.push({ ...known, name, version: versions[key] ?? null })
    delete versions[key]
  }
  for (const name of Object.keys(versions)) problems.push(`${name}: without a licence in ${readme}`)
  return { found, problems }
}
