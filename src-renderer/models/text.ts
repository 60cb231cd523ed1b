/** Words of the styles panel, a style's card and the import of a checkpoint. */
import type { Category } from '../../src-main/contract/schemas.ts'
import { counted, type Text } from '../ui/locale.ts'

const photosEn = { one: 'photo', other: 'photos' }
const photosRu = { one: 'фотография', few: 'фотографии', many: 'фотографий', other: 'фотографии' }

const categoriesEn: Record<Category, string> = {
  season: 'Seasons',
  weather: 'Weather',
  'time-of-day': 'Time of day',
  painter: 'Painters',
  other: 'Other',
  own: 'Your own',
}

const categoriesRu: Record<Category, string> = {
  season: 'Времена года',
  weather: 'Погода',
  'time-of-day': 'Время суток',
  painter: 'Художники',
  other: 'Разное',
  own: 'Свои',
}

const en = {
  styles: 'Styles',
  categories: categoriesEn,
  noTargets: 'Add photos to use a style',
  forThis: 'For this photo',
  forChosen: (count: number) =>
    `For ${counted('en', count, { one: 'selected photo', other: 'selected photos' })}`,
  forAll: (count: number) => (count === 1 ? 'For this photo' : `For all ${counted('en', count, photosEn)}`),
  convertHint: (direction: string, target: string) => `${direction}: ${target}`,
  done: 'done',
  details: (name: string) => `About ${name}`,
  moreStyles: 'More styles',
  moreStylesHint: 'Styles that the authors of CycleGAN publish; each is fetched when you ask for it',
  importStyle: 'Import a style',
  importHint: 'Weights of a CycleGAN generator, as its authors publish them',

  description: 'What it does',
  training: 'How it was trained',
  licence: 'Licence',
  workingSize: 'Working size',
  pixels: (size: number) => `${size} px on the long side`,
  directions: 'Directions',
  builtIn: 'Comes with Solstice',
  test: 'Real or fake?',
  testHint: 'Test whether people take what it paints for real photos',
  remove: 'Remove this style',
  removeQuestion: (name: string) =>
    `Remove “${name}”? Its weights are deleted from Solstice. Photos and saved files stay.`,
  removeYes: 'Remove',
  removed: (name: string) => `“${name}” removed`,
  keep: 'Keep',
  close: 'Close',

  chooseFirst:
    'Choose the weights of one direction (a .pth file), or a folder with both: latest_net_G_A.pth and latest_net_G_B.pth. Only numbers are read; nothing in the file is executed.',
  chooseFile: 'Choose a file',
  chooseFolder: 'Choose a folder',
  another: 'Choose another',
  chosen: 'Chosen',
  name: 'Name',
  category: 'Category',
  painterHint: 'The strokes of a painter are kept in exports at full size.',
  labelA: 'From (A)',
  labelB: 'To (B)',
  labelAExample: 'Summer',
  labelBExample: 'Winter',
  labelsHint: 'They name the buttons:',
  import: 'Import',
  importing: 'Importing',
  imported: (name: string) => `“${name}” is ready on the left`,
  cancel: 'Cancel',
}

const ru: typeof en = {
  styles: 'Стили',
  categories: categoriesRu,
  noTargets: 'Добавьте фотографии, чтобы применить стиль',
  forThis: 'Для этой фотографии',
  forChosen: (count) => `Для выбранных: ${counted('ru', count, photosRu)}`,
  forAll: (count) => (count === 1 ? 'Для этой фотографии' : `Для всех: ${counted('ru', count, photosRu)}`),
  convertHint: (direction, target) => `${direction}. ${target}`,
  done: 'готово',
  details: (name) => `О стиле «${name}»`,
  moreStyles: 'Другие стили',
  moreStylesHint: 'Стили, которые публикуют авторы CycleGAN; каждый скачивается, только когда вы попросите',
  importStyle: 'Импортировать стиль',
  importHint: 'Веса генератора CycleGAN в том виде, в каком их публикуют авторы',

  description: 'Что он делает',
  training: 'Как обучен',
  licence: 'Лицензия',
  workingSize: 'Рабочий размер',
  pixels: (size) =>
    `${counted('ru', size, { one: 'пиксель', few: 'пикселя', many: 'пикселей', other: 'пикселя' })} по длинной стороне`,
  directions: 'Направления',
  builtIn: 'Входит в Solstice',
  test: 'Настоящее или нет?',
  testHint: 'Проверить, принимают ли люди его работу за настоящие снимки',
  remove: 'Удалить этот стиль',
  removeQuestion: (name) =>
    `Удалить «${name}»? Его веса будут стёрты из Solstice. Фотографии и сохранённые файлы останутся.`,
  removeYes: 'Удалить',
  removed: (name) => `Стиль «${name}» удалён`,
  keep: 'Оставить',
  close: 'Закрыть',

  chooseFirst:
    'Выберите веса одного направления (файл .pth) или папку с обоими: latest_net_G_A.pth и latest_net_G_B.pth. Читаются только числа, ничего из файла не исполняется.',
  chooseFile: 'Выбрать файл',
  chooseFolder: 'Выбрать папку',
  another: 'Выбрать другой',
  chosen: 'Выбрано',
  name: 'Название',
  category: 'Категория',
  painterHint: 'Мазки художника сохраняются и при экспорте в полном размере.',
  labelA: 'Из (A)',
  labelB: 'В (B)',
  labelAExample: 'Лето',
  labelBExample: 'Зима',
  labelsHint: 'Так будут названы кнопки:',
  import: 'Импортировать',
  importing: 'Импортируется',
  imported: (name) => `Стиль «${name}» готов, он слева`,
  cancel: 'Отменить',
}

export const modelsText: Text<typeof en> = { en, ru }
