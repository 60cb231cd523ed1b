/** How a part's licence is named in the list. */
import type { Component } from '../../src-main/contract/about.ts'
import type { Locale } from '../../src-main/contract/schemas.ts'
import { aboutText } from './text.ts'

/** The SPDX expression; a style's card says its licence in a sentence, which is the text. */
export const licenceName = ({ licence }: Component, locale: Locale): string =>
  licence === 'LicenseRef-style-card' ? aboutText[locale].styleCard : licence
