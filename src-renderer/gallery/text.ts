/** Words of the gallery. */
import { counted, number, type Text } from '../ui/locale.ts'

const en = {
  gallery: 'Photos',
  toolbar: 'Gallery',
  emptyTitle: 'Drop photos or folders here',
  emptyDetail: 'JPEG, HEIC, TIFF, PNG, WebP and AVIF. The files stay where they are and are never changed.',
  emptySteps: [
    'Add photos',
    'Choose a style on the left: Summer → Winter, or back',
    'Compare, and save what you like',
  ],
  emptyOffline: 'Everything is computed on this computer, without the internet.',
  choosePhotos: 'Choose photos',
  chooseFolder: 'Choose a folder',
  show: 'What the thumbnails show',
  before: 'Before',
  after: 'After',
  beforeHint: 'The photos as they are (\\)',
  afterHint: 'The latest result of each photo (\\)',
  size: 'Thumbnail size',
  remove: 'Remove',
  removeHint: 'Take the selected photos off the shelf; the files stay (Delete)',
  compare: 'Compare',
  compareHint: 'Open the photo (Enter)',
  removed: (count: number) =>
    `${counted('en', count, { one: 'photo', other: 'photos' })} taken off the shelf. The files stay.`,
  undo: 'Undo',
  retry: 'Try again',
  reading: 'Reading',
  broken: 'Could not be read',
  cancel: 'Cancel',
  waiting: 'Waiting',
  failed: 'Not converted',
  more: (count: number) => `+${number('en', count)}`,
}

const ru: typeof en = {
  gallery: 'Фотографии',
  toolbar: 'Галерея',
  emptyTitle: 'Перетащите сюда фотографии или папки',
  emptyDetail: 'JPEG, HEIC, TIFF, PNG, WebP и AVIF. Файлы остаются на своих местах и не изменяются.',
  emptySteps: [
    'Добавьте фотографии',
    'Выберите стиль слева: «Лето → Зима» или обратно',
    'Сравните и сохраните то, что понравилось',
  ],
  emptyOffline: 'Всё вычисляется на этом компьютере, без интернета.',
  choosePhotos: 'Выбрать фотографии',
  chooseFolder: 'Выбрать папку',
  show: 'Что показывают миниатюры',
  before: 'До',
  after: 'После',
  beforeHint: 'Исходные фотографии (\\)',
  afterHint: 'Последний результат каждой фотографии (\\)',
  size: 'Размер миниатюр',
  remove: 'Убрать',
  removeHint: 'Убрать выбранные фотографии из галереи, файлы останутся (Delete)',
  compare: 'Сравнить',
  compareHint: 'Открыть фотографию (Enter)',
  removed: (count) =>
    `Убрано из галереи: ${counted('ru', count, {
      one: 'фотография',
      few: 'фотографии',
      many: 'фотографий',
      other: 'фотографии',
    })}. Файлы на месте.`,
  undo: 'Вернуть',
  retry: 'Повторить',
  reading: 'Читается',
  broken: 'Не удалось прочитать',
  cancel: 'Отменить',
  waiting: 'В очереди',
  failed: 'Не преобразовано',
  more: (count) => `+${number('ru', count)}`,
}

export const galleryText: Text<typeof en> = { en, ru }
