/** What each setting of an export is called and what it means. */
import type {
  Detail,
  ExportSettings,
  ExportSize,
  MetadataGroups,
  OutputColour,
} from '../../src-main/contract/export.ts'
import { percent, type Text } from '../ui/locale.ts'

interface Named {
  readonly name: string
  readonly meaning: string
}

const sizesEn: Record<ExportSize['kind'], string> = { full: 'Full', side: 'Long side', percent: 'Percent' }
const sizesRu: Record<ExportSize['kind'], string> = {
  full: 'Полный',
  side: 'Длинная сторона',
  percent: 'Проценты',
}

const detailsEn: Record<Detail, Named> = {
  guided: {
    name: 'Guided',
    meaning:
      'The style paints a small copy, and its change is carried to every pixel. Quick; fine detail stays, or yields to a painter’s strokes.',
  },
  native: {
    name: 'Native',
    meaning:
      'The style paints at the photo’s own pixels, tile by tile. Many times slower, the finest strokes.',
  },
  draft: {
    name: 'Native, as a draft',
    meaning: 'The same with tones rounded a little: about a third faster on a processor.',
  },
}
const detailsRu: Record<Detail, Named> = {
  guided: {
    name: 'Переносом',
    meaning:
      'Стиль рисует уменьшенную копию, изменение переносится на каждый пиксель. Быстро; детали остаются или уступают мазкам художника.',
  },
  native: {
    name: 'Напрямую',
    meaning: 'Стиль рисует в полном размере, по частям. Во много раз дольше, зато штрихи самые тонкие.',
  },
  draft: {
    name: 'Напрямую, начерно',
    meaning: 'Так же, но оттенки чуть округлены: на процессоре примерно на треть быстрее.',
  },
}

const coloursEn: Record<OutputColour, string> = {
  keep: 'The photo’s own',
  srgb: 'sRGB',
  'display-p3': 'Display P3',
}
const coloursRu: Record<OutputColour, string> = {
  keep: 'Как у фотографии',
  srgb: 'sRGB',
  'display-p3': 'Display P3',
}

const groupsEn: Record<keyof MetadataGroups, Named> = {
  camera: { name: 'Camera', meaning: 'Camera, lens, exposure, date.' },
  place: { name: 'Place', meaning: 'Where it was taken: GPS and place names.' },
  captions: { name: 'Captions', meaning: 'Title, caption, keywords, rating.' },
  copyright: { name: 'Copyright', meaning: 'Who made it and who owns it.' },
}
const groupsRu: Record<keyof MetadataGroups, Named> = {
  camera: { name: 'Камера', meaning: 'Камера, объектив, экспозиция, дата.' },
  place: { name: 'Место', meaning: 'Где снято: GPS и названия мест.' },
  captions: { name: 'Подписи', meaning: 'Заголовок, подпись, ключевые слова, оценка.' },
  copyright: { name: 'Авторство', meaning: 'Кто снял и кому принадлежит.' },
}

const formatsEn: Record<ExportSettings['format'], string> = {
  same: 'As the photo',
  jpeg: 'JPEG',
  png: 'PNG',
  webp: 'WebP',
  avif: 'AVIF',
  tiff: 'TIFF',
}
const formatsRu: Record<ExportSettings['format'], string> = { ...formatsEn, same: 'Как у фотографии' }

const en = {
  sizeTitle: 'Size and detail',
  size: 'Size',
  sizeMeaning: 'Photos are never enlarged.',
  sizes: sizesEn,
  side: 'Long side in pixels',
  sideUnit: 'px',
  sideProblem: 'A whole number from 8 to 65,535.',
  percent: 'Percent of the photo’s size',
  percentUnit: '%',
  percentProblem: 'A number from 1 to 100.',
  detail: 'Detail',
  details: detailsEn,
  strength: 'Strength',
  strengthMeaning: 'How much of the change is kept.',
  share: (share: number) => percent('en', share),

  formatTitle: 'Format',
  format: 'Format',
  formats: formatsEn,
  sameMeaning: 'What cannot be written, such as HEIC, becomes JPEG.',
  eachFormat: 'Settings of each format',
  quality: 'Quality',
  chroma: 'Colour detail',
  chromaMeaning: 'Full keeps every pixel’s colour; half makes smaller files.',
  chromas: { '4:4:4': 'Full (4:4:4)', '4:2:0': 'Half (4:2:0)' },
  progressive: 'Progressive',
  progressiveMeaning: 'Shows a coarse picture first while it loads.',
  lossless: 'Lossless',
  losslessMeaning: 'Every pixel is kept; files are larger.',
  depth: 'Bits per channel',
  depths: { same: 'As the photo', '8': '8', '16': '16' },
  compression: 'Compression',
  compressionMeaning: 'All of them are lossless.',
  compressions: { deflate: 'Deflate', lzw: 'LZW', none: 'None' },

  colourTitle: 'Colour and metadata',
  colour: 'Colour space',
  colourMeaning: 'Display P3 holds more colours; sRGB is understood everywhere.',
  colours: coloursEn,
  metadata: 'Metadata to keep',
  groups: groupsEn,
  note: 'Note of the change',
  noteMeaning: 'Says in XMP which style made the picture, and that a network did.',
}

const ru: typeof en = {
  sizeTitle: 'Размер и детали',
  size: 'Размер',
  sizeMeaning: 'Фотографии никогда не увеличиваются.',
  sizes: sizesRu,
  side: 'Длинная сторона в пикселях',
  sideUnit: 'пикс.',
  sideProblem: 'Целое число от 8 до 65 535.',
  percent: 'Проценты от размера фотографии',
  percentUnit: '%',
  percentProblem: 'Число от 1 до 100.',
  detail: 'Детали',
  details: detailsRu,
  strength: 'Сила',
  strengthMeaning: 'Какая доля изменения остаётся.',
  share: (share) => percent('ru', share),

  formatTitle: 'Формат',
  format: 'Формат',
  formats: formatsRu,
  sameMeaning: 'То, что записать нельзя, например HEIC, станет JPEG.',
  eachFormat: 'Настройки каждого формата',
  quality: 'Качество',
  chroma: 'Детали цвета',
  chromaMeaning: 'Полные хранят цвет каждого пикселя, половинные уменьшают файл.',
  chromas: { '4:4:4': 'Полные (4:4:4)', '4:2:0': 'Половинные (4:2:0)' },
  progressive: 'Прогрессивный',
  progressiveMeaning: 'При загрузке сначала видно грубое изображение.',
  lossless: 'Без потерь',
  losslessMeaning: 'Сохраняется каждый пиксель, файлы больше.',
  depth: 'Бит на канал',
  depths: { same: 'Как у фотографии', '8': '8', '16': '16' },
  compression: 'Сжатие',
  compressionMeaning: 'Любое без потерь.',
  compressions: { deflate: 'Deflate', lzw: 'LZW', none: 'Нет' },

  colourTitle: 'Цвет и метаданные',
  colour: 'Цветовое пространство',
  colourMeaning: 'В Display P3 больше цветов, sRGB понимают все программы.',
  colours: coloursRu,
  metadata: 'Какие метаданные оставить',
  groups: groupsRu,
  note: 'Отметка об изменении',
  noteMeaning: 'В XMP записывается, каким стилем сделан снимок и что это сделала нейросеть.',
}

export const exportSettingsText: Text<typeof en> = { en, ru }
