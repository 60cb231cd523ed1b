/**
 * Words of the train room: its list, and the page for a new training. Those of a run are in `run-text.ts`, those of the
 * settings in `settings-text.ts`.
 */
import type { Severity, Side } from '../../src-main/contract/training-findings.ts'
import type { Preset } from '../../src-main/contract/training-presets.ts'
import { counted, number, type Text } from '../ui/locale.ts'

const picturesEn = { one: 'picture', other: 'pictures' }
const picturesRu = { one: 'снимок', few: 'снимка', many: 'снимков', other: 'снимка' }
const stepsEn = { one: 'step', other: 'steps' }
const stepsRu = { one: 'шаг', few: 'шага', many: 'шагов', other: 'шага' }
const epochsEn = { one: 'epoch', other: 'epochs' }
const epochsRu = { one: 'эпоха', few: 'эпохи', many: 'эпох', other: 'эпохи' }

const sidesEn: Record<Side, string> = { a: 'Folder A', b: 'Folder B' }
const sidesRu: Record<Side, string> = { a: 'Папка A', b: 'Папка B' }

const severitiesEn: Record<Severity, string> = {
  stop: 'Must be changed',
  warn: 'Better changed',
  info: 'Good to know',
}
const severitiesRu: Record<Severity, string> = {
  stop: 'Нужно исправить',
  warn: 'Лучше исправить',
  info: 'К сведению',
}

const presetsEn: Record<Preset, { readonly name: string; readonly good: string }> = {
  quick: {
    name: 'Quick try',
    good: 'Shows within minutes whether these folders teach anything. Small and coarse.',
  },
  evening: {
    name: 'An evening',
    good: 'A style that can be used. It learns from small crops, for some hours.',
  },
  paper: {
    name: 'The paper’s',
    good: 'As in the CycleGAN paper: larger crops, full networks. For a graphics card.',
  },
}
const presetsRu: Record<Preset, { readonly name: string; readonly good: string }> = {
  quick: {
    name: 'Быстрая проба',
    good: 'За минуты видно, учат ли чему-нибудь эти папки. Мелко и грубо.',
  },
  evening: {
    name: 'За вечер',
    good: 'Стиль, которым можно пользоваться. Мелкие фрагменты, несколько часов.',
  },
  paper: {
    name: 'Как в статье',
    good: 'Как в статье о CycleGAN: крупнее фрагменты, полные сети. Для видеокарты.',
  },
}

const en = {
  trainings: 'Trainings',
  newTraining: 'New training',
  noTrainings: 'None yet.',

  introTitle: 'Train a style of your own',
  intro:
    'Give Solstice two folders of photos, such as summer and winter, and it learns to turn one into the other and back. The photos need no pairs and stay on this computer; a few hundred of each, from many places, work best.',
  sides: sidesEn,
  examples: { a: 'For example, summer', b: 'For example, winter' },
  dropHere: 'Drop a folder here',
  chooseFolder: 'Choose a folder',
  anotherFolder: 'Choose another',
  removeFolder: 'Remove',
  pictures: (count: number) => counted('en', count, picturesEn),
  different: (count: number) => `${number('en', count)} different`,

  checkTitle: 'A look at the pictures',
  checking: 'Looking at the pictures',
  checked: (done: number, total: number) => `${number('en', done)} of ${number('en', total)}`,
  cancel: 'Cancel',
  checkCancelled: 'They have not been looked at to the end.',
  lookAgain: 'Look again',
  lookAgainHint: 'When the files in the folders have changed',
  nothingFound: 'Nothing to complain about.',
  found: (count: number) => counted('en', count, { one: 'finding', other: 'findings' }),
  severities: severitiesEn,
  showAll: (count: number) => `Show ${number('en', count)} more`,
  showFewer: 'Show fewer',
  untold: (count: number) => `and ${number('en', count)} more`,

  howTitle: 'How it is trained',
  from: 'Begin from',
  scratch: 'Scratch',
  fromHint:
    'From a style that exists it takes less time and fewer pictures, even if it was made for something else.',
  presets: 'Time and quality',
  presetTexts: presetsEn,
  about: (duration: string) => `about ${duration}`,
  steps: (count: number) => counted('en', count, stepsEn),
  epochs: (count: number) => counted('en', count, epochsEn),
  measuring: 'measuring…',
  notMeasured: 'time not known',
  cannotMeasure: 'This computer could not do a step of this size.',
  timesMeasured: 'Times are measured on this computer, by a few steps of each.',
  timesLater: 'How long it takes on this computer is measured once both folders have been looked at.',
  timesBusy: 'Nothing is measured while another training runs.',
  augmented: (count: number) =>
    `${counted('en', count, picturesEn)} in the smaller folder are few, so augmentation is switched on.`,

  advanced: 'Advanced',
  changed: (count: number) => `${number('en', count)} changed`,
  resetAll: 'Reset to the preset',

  name: 'Name',
  train: 'Train',
  starting: 'Starting',
  reasons: {
    folders: 'Choose both folders first.',
    checking: 'The pictures are being looked at.',
    unchecked: 'The pictures have to be looked at first.',
    stop: 'The pictures cannot be trained on yet: see what must be changed.',
    settings: 'A setting under Advanced needs another value.',
    name: 'Give it a name.',
  },
}

const ru: typeof en = {
  trainings: 'Обучения',
  newTraining: 'Новое обучение',
  noTrainings: 'Пока ни одного.',

  introTitle: 'Обучите свой стиль',
  intro:
    'Дайте Solstice две папки с фотографиями, например лето и зиму, и он научится превращать одно в другое и обратно. Пары не нужны, снимки остаются на этом компьютере; лучше всего несколько сотен с каждой стороны, из разных мест.',
  sides: sidesRu,
  examples: { a: 'Например, лето', b: 'Например, зима' },
  dropHere: 'Перетащите сюда папку',
  chooseFolder: 'Выбрать папку',
  anotherFolder: 'Выбрать другую',
  removeFolder: 'Убрать',
  pictures: (count) => counted('ru', count, picturesRu),
  different: (count) => `разных: ${number('ru', count)}`,

  checkTitle: 'Проверка снимков',
  checking: 'Снимки проверяются',
  checked: (done, total) => `${number('ru', done)} из ${number('ru', total)}`,
  cancel: 'Отменить',
  checkCancelled: 'Снимки проверены не до конца.',
  lookAgain: 'Проверить снова',
  lookAgainHint: 'Когда файлы в папках изменились',
  nothingFound: 'Замечаний нет.',
  found: (count) =>
    counted('ru', count, { one: 'замечание', few: 'замечания', many: 'замечаний', other: 'замечания' }),
  severities: severitiesRu,
  showAll: (count) => `Показать ещё ${number('ru', count)}`,
  showFewer: 'Показать меньше',
  untold: (count) => `и ещё ${number('ru', count)}`,

  howTitle: 'Как обучать',
  from: 'Начать',
  scratch: 'С нуля',
  fromHint: 'С готового стиля нужно меньше времени и снимков, даже если он был сделан для другого.',
  presets: 'Время и качество',
  presetTexts: presetsRu,
  about: (duration) => `около ${duration}`,
  steps: (count) => counted('ru', count, stepsRu),
  epochs: (count) => counted('ru', count, epochsRu),
  measuring: 'измеряется…',
  notMeasured: 'время неизвестно',
  cannotMeasure: 'Этот компьютер не смог сделать шаг такого размера.',
  timesMeasured: 'Время измерено на этом компьютере, по нескольким шагам каждого набора.',
  timesLater: 'Сколько это займёт на этом компьютере, будет измерено после проверки обеих папок.',
  timesBusy: 'Пока идёт другое обучение, время не измеряется.',
  augmented: (count) =>
    `В меньшей папке ${counted('ru', count, picturesRu)}, это мало, поэтому включена аугментация.`,

  advanced: 'Подробно',
  changed: (count) => `изменено: ${number('ru', count)}`,
  resetAll: 'Вернуть как в наборе',

  name: 'Название',
  train: 'Обучить',
  starting: 'Запускается',
  reasons: {
    folders: 'Сначала выберите обе папки.',
    checking: 'Снимки проверяются.',
    unchecked: 'Сначала нужно проверить снимки.',
    stop: 'На этих снимках обучать нельзя: посмотрите, что нужно исправить.',
    settings: 'Одной из настроек в «Подробно» нужно другое значение.',
    name: 'Дайте название.',
  },
}

export const trainText: Text<typeof en> = { en, ru }
