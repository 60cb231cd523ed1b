/** The styles of a batch in words. */
import type { ExportStyle } from '../../src-main/contract/export.ts'
import type { Locale } from '../../src-main/contract/schemas.ts'
import { directionName } from '../models/naming.ts'
import { styles } from '../models/styles.svelte.ts'

/** "Summer → Winter"; its id where the style is gone. */
export const styleName = (style: ExportStyle, locale: Locale): string =>
  directionName(styles.get(style.modelId), style, locale)

export const styleNames = (list: readonly ExportStyle[], locale: Locale): string =>
  list.map((style) => styleName(style, locale)).join(', ')
