/**
 * Words of the export room: its list, and the page for a new export. Those of a batch are in `batch-text.ts`, those of
 * the settings in `settings-text.ts`.
 */
import { counted, number, type Text } from '../ui/locale.ts'
import type { Missing } from './draft.ts'
import type { NameField } from './name-fields.ts'

const photosEn = { one: 'photo', other: 'photos' }
const photosRu = { one: 'фотография', few: 'фотографии', many: 'фотографий', other: 'фотографии' }
const stylesEn = { one: 'style', other: 'styles' }
const stylesRu = { one: 'стиль', few: 'стиля', many: 'стилей', other: 'стиля' }
const picturesEn = { one: 'picture', other: 'pictures' }
const picturesRu = { one: 'снимок', few: 'снимка', many: 'снимков', other: 'снимка' }

const missingEn: Record<Missing, string> = {
  photos: 'Add photos or a folder first.',
  styles: 'Choose at least one style.',
  target: 'Choose the folder that the pictures go to.',
  name: 'The name needs a look.',
  size: 'The size needs another value.',
}
const missingRu: Record<Missing, string> = {
  photos: 'Сначала добавьте фотографии или папку.',
  styles: 'Выберите хотя бы один стиль.',
  target: 'Выберите папку для готовых снимков.',
  name: 'Проверьте имя.',
  size: 'Размеру нужно другое значение.',
}

const fieldsEn: Record<NameField, string> = {
  name: 'Photo’s name',
  style: 'Style',
  direction: 'Result',
  date: 'Date',
  time: 'Time',
  camera: 'Camera',
  index: 'Number',
  folder: 'Folder',
}
const fieldsRu: Record<NameField, string> = {
  name: 'Имя фото',
  style: 'Стиль',
  direction: 'Результат',
  date: 'Дата',
  time: 'Время',
  camera: 'Камера',
  index: 'Номер',
  folder: 'Папка',
}

const en = {
  exports: 'Exports',
  newExport: 'New export',
  noExports: 'None yet.',

  photosTitle: 'Photos',
  noPhotos: 'Drop photos or folders here, or take those in the gallery.',
  photos: (count: number) => counted('en', count, photosEn),
  fromShelf: (count: number) => `${counted('en', count, photosEn)} from the gallery`,
  inFolder: (count: number) => (count === 0 ? 'no photos in it' : counted('en', count, photosEn)),
  takeAll: (count: number) => `All in the gallery (${number('en', count)})`,
  takeChosen: (count: number) => `Selected (${number('en', count)})`,
  addFolder: 'Add a folder',
  leaveOut: (what: string) => `Leave out: ${what}`,

  stylesTitle: 'Styles',
  stylesHint: 'One picture is made for each that you choose.',

  targetTitle: 'Folder and names',
  target: 'Folder',
  noTarget: 'Not chosen yet',
  chooseTarget: 'Choose a folder',
  anotherTarget: 'Choose another',
  name: 'Names',
  nameHint: 'Fields in braces are filled in for each picture; / makes a folder.',
  insert: 'Insert a field',
  fields: fieldsEn,
  preview: 'The first names',
  noPreview: 'The first names are shown here once there are photos and styles.',
  nameProblem: {
    'unknown-field': (text: string) => `There is no field “${text}”.`,
    unclosed: (text: string) => `A brace is not closed: “${text}”.`,
    empty: () => 'The name is empty.',
  },
  onConflict: 'If the name is taken',
  conflicts: {
    unique: 'Add a number',
    overwrite: 'Overwrite the file',
    skip: 'Leave the picture out',
  },
  overwriteNote: 'Your photos themselves are never overwritten.',

  presets: 'Settings',
  preset: 'Preset',
  standard: 'Standard',
  own: 'Your own',
  savePreset: 'Save as a preset',
  removePreset: (name: string) => `Remove the preset “${name}”`,
  presetName: 'Name of the preset',
  presetText: 'It keeps all settings of this page, with the names, but not the photos, styles and folder.',
  presetTaken: 'A preset with this name is replaced.',
  save: 'Save',
  cancel: 'Cancel',

  summary: (photos: number, styles: number, target: string) =>
    styles === 1
      ? `${counted('en', photos, photosEn)} into “${target}”`
      : `${counted('en', photos, photosEn)} × ${counted('en', styles, stylesEn)} = ${counted('en', photos * styles, picturesEn)} into “${target}”`,
  missing: missingEn,
  start: 'Export',
  starting: 'Starting',
  overwriteTitle: 'Overwrite files?',
  overwriteText: (target: string) =>
    `Files in “${target}” that bear the same names are replaced by the new pictures, and that cannot be undone.`,
  overwriteNo: 'Not yet',
  overwriteYes: 'Overwrite',
}

const ru: typeof en = {
  exports: 'Экспорт',
  newExport: 'Новый экспорт',
  noExports: 'Пока ничего.',

  photosTitle: 'Фотографии',
  noPhotos: 'Перетащите сюда фотографии или папки или возьмите то, что в галерее.',
  photos: (count) => counted('ru', count, photosRu),
  fromShelf: (count) => `${counted('ru', count, photosRu)} из галереи`,
  inFolder: (count) => (count === 0 ? 'фотографий нет' : counted('ru', count, photosRu)),
  takeAll: (count) => `Вся галерея (${number('ru', count)})`,
  takeChosen: (count) => `Выбранные (${number('ru', count)})`,
  addFolder: 'Добавить папку',
  leaveOut: (what) => `Не брать: ${what}`,

  stylesTitle: 'Стили',
  stylesHint: 'Для каждого выбранного получится свой снимок.',

  targetTitle: 'Папка и имена',
  target: 'Папка',
  noTarget: 'Ещё не выбрана',
  chooseTarget: 'Выбрать папку',
  anotherTarget: 'Выбрать другую',
  name: 'Имена',
  nameHint: 'Поля в фигурных скобках заполняются для каждого снимка; / создаёт папку.',
  insert: 'Вставить поле',
  fields: fieldsRu,
  preview: 'Первые имена',
  noPreview: 'Здесь появятся первые имена, когда будут фотографии и стили.',
  nameProblem: {
    'unknown-field': (text) => `Поля «${text}» нет.`,
    unclosed: (text) => `Скобка не закрыта: «${text}».`,
    empty: () => 'Имя пустое.',
  },
  onConflict: 'Если имя занято',
  conflicts: {
    unique: 'Добавить номер',
    overwrite: 'Перезаписать файл',
    skip: 'Пропустить снимок',
  },
  overwriteNote: 'Сами исходные фотографии никогда не перезаписываются.',

  presets: 'Настройки',
  preset: 'Набор',
  standard: 'Обычные',
  own: 'Свои',
  savePreset: 'Сохранить набор',
  removePreset: (name) => `Удалить набор «${name}»`,
  presetName: 'Название набора',
  presetText: 'В нём все настройки этой страницы и имена, но не фотографии, стили и папка.',
  presetTaken: 'Набор с таким названием будет заменён.',
  save: 'Сохранить',
  cancel: 'Отмена',

  summary: (photos, styles, target) =>
    styles === 1
      ? `${counted('ru', photos, photosRu)}, в папку «${target}»`
      : `${counted('ru', photos, photosRu)} × ${counted('ru', styles, stylesRu)} = ${counted('ru', photos * styles, picturesRu)}, в папку «${target}»`,
  missing: missingRu,
  start: 'Экспортировать',
  starting: 'Запускается',
  overwriteTitle: 'Перезаписать файлы?',
  overwriteText: (target) =>
    `Файлы с такими же именами в папке «${target}» будут заменены новыми снимками, вернуть их нельзя.`,
  overwriteNo: 'Пока нет',
  overwriteYes: 'Перезаписать',
}

export const exportText: Text<typeof en> = { en, ru }
