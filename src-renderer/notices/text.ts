/** Words of the notices: what happened, and that nothing is lost. */
import type { OwnFile } from '../../src-main/contract/notices.ts'
import { counted, type Text } from '../ui/locale.ts'

interface Damage {
  readonly keptAs: string | null
  readonly outcome: 'defaults' | 'restored'
}

const filesEn: Record<OwnFile, string> = {
  library: 'The list of photos',
  settings: 'The file with the settings',
  'export-presets': 'The file with the export presets',
  runtimes: 'The file on what computes here',
  'training-pace': 'The file on how long trainings take',
  window: 'The file on the window’s place',
  'unfinished-conversions': 'The list of photos still to be converted',
}

const filesRu: Record<OwnFile, string> = {
  library: 'Список фотографий',
  settings: 'Файл настроек',
  'export-presets': 'Файл с наборами настроек экспорта',
  runtimes: 'Файл о движках вычислений',
  'training-pace': 'Файл о скорости обучения',
  window: 'Файл с положением окна',
  'unfinished-conversions': 'Список фотографий, ожидавших преобразования',
}

const en = {
  notices: 'What happened',
  dismiss: 'Dismiss',
  show: 'Show',
  showFile: 'Show the file',
  convert: 'Convert now',
  endedAbruptly: 'Solstice was cut off the last time. What was finished is safe.',
  reloaded: {
    crashed: 'The window had stopped and was loaded anew. Work under way was not disturbed.',
    hung: 'The window did not answer and was loaded anew. Work under way was not disturbed.',
  },
  exportWaiting: (target: string) => `The export into “${target}” was interrupted and can go on.`,
  trainingWaiting: (name: string) =>
    `The training “${name}” was interrupted and can go on from its last checkpoint.`,
  conversionsWaiting: (count: number) =>
    `${counted('en', count, { one: 'photo was', other: 'photos were' })} still to be converted when Solstice ended.`,
  fileDamaged: (file: OwnFile, { keptAs, outcome }: Damage) => {
    const what =
      keptAs === null
        ? `${filesEn[file]} (${file}.json) was missing or could not be read.`
        : `${filesEn[file]} was damaged and is kept as ${keptAs}.`
    if (outcome === 'defaults') return `${what} Solstice begins afresh there.`
    return file === 'library'
      ? `${what} It was put together again from its last copy; look whether the newest photos are there.`
      : `${what} It was restored from its last copy.`
  },
  worksDamaged: {
    results: (count: number) =>
      `${counted('en', count, { one: 'result', other: 'results' })} could not be read, and kept aside. Convert those photos again.`,
    exports: (count: number) =>
      `${counted('en', count, { one: 'export', other: 'exports' })} could not be read, and kept aside. What was written stays in its folder.`,
    trainings: (count: number) =>
      `${counted('en', count, { one: 'training', other: 'trainings' })} could not be read: the description is damaged. The checkpoints are still there.`,
    tests: (count: number) =>
      `${counted('en', count, { one: 'test result', other: 'test results' })} could not be read, and kept aside.`,
  },
  notSaved: (sentence: string) =>
    `${sentence} Solstice goes on and saves as soon as that is possible; nothing that was saved before is lost.`,
}

const ru: typeof en = {
  notices: 'Что произошло',
  dismiss: 'Закрыть сообщение',
  show: 'Показать',
  showFile: 'Показать файл',
  convert: 'Преобразовать',
  endedAbruptly: 'В прошлый раз работа Solstice внезапно прервалась. Всё готовое сохранено.',
  reloaded: {
    crashed: 'В окне произошёл сбой, оно загружено заново. На работу это не повлияло.',
    hung: 'Окно не отвечало и загружено заново. На работу это не повлияло.',
  },
  exportWaiting: (target) => `Экспорт в «${target}» был прерван, его можно продолжить.`,
  trainingWaiting: (name) =>
    `Обучение «${name}» было прервано, его можно продолжить с последней контрольной точки.`,
  conversionsWaiting: (count) =>
    `Solstice закрылся, не успев преобразовать ${counted('ru', count, {
      one: 'фотографию',
      few: 'фотографии',
      many: 'фотографий',
      other: 'фотографии',
    })}.`,
  fileDamaged: (file, { keptAs, outcome }) => {
    const what =
      keptAs === null
        ? `${filesRu[file]} (${file}.json) пропал или не читается.`
        : `${filesRu[file]} повреждён и отложен под именем ${keptAs}.`
    if (outcome === 'defaults') return `${what} Здесь Solstice начинает заново.`
    return file === 'library'
      ? `${what} Он восстановлен из последней копии; проверьте, на месте ли самые новые фотографии.`
      : `${what} Он восстановлен из последней копии.`
  },
  worksDamaged: {
    results: (count) =>
      `Не читается: ${counted('ru', count, { one: 'результат', few: 'результата', many: 'результатов', other: 'результата' })}. Файлы отложены, преобразуйте эти фотографии ещё раз.`,
    exports: (count) =>
      `Не читается: ${counted('ru', count, { one: 'экспорт', few: 'экспорта', many: 'экспортов', other: 'экспорта' })}. Описания отложены, записанные фотографии остались в своих папках.`,
    trainings: (count) =>
      `Не читается: ${counted('ru', count, { one: 'обучение', few: 'обучения', many: 'обучений', other: 'обучения' })}, описание повреждено. Контрольные точки на месте.`,
    tests: (count) =>
      `Не читается: ${counted('ru', count, { one: 'результат теста', few: 'результата тестов', many: 'результатов тестов', other: 'результата тестов' })}. Файлы отложены.`,
  },
  notSaved: (sentence) =>
    `${sentence} Solstice продолжает работать и сохранит всё, как только это станет возможно; сохранённое раньше цело.`,
}

export const noticesText: Text<typeof en> = { en, ru }
