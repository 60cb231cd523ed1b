/** What the settings of an export say about one format. */
import type { ExportSettings } from '../contract/export.ts'
import type { Encoding } from '../photos/encoding.ts'
import type { OutputFormat } from '../photos/formats.ts'

export function encodingFor(settings: Pick<ExportSettings, OutputFormat>, format: OutputFormat): Encoding {
  switch (format) {
    case 'jpeg':
      return { format, ...settings.jpeg }
    case 'png':
      return { format, ...settings.png }
    case 'webp':
      return { format, ...settings.webp }
    case 'avif':
      return { format, ...settings.avif }
    case 'tiff':
      return { format, ...settings.tiff }
  }
}
