/** Words of a run: its states, figures, curves and samples, and what can be done with it. */
import type { RunState } from '../../src-main/contract/training.ts'
import { counted, decimal, number, percent, type Text } from '../ui/locale.ts'
import type { LossGroup, LossName } from './curves.ts'

const picturesEn = { one: 'picture', other: 'pictures' }
const picturesRu = { one: 'снимок', few: 'снимка', many: 'снимков', other: 'снимка' }

const statesEn: Record<RunState, string> = {
  preparing: 'Getting ready',
  running: 'Training',
  pausing: 'Pausing',
  paused: 'Paused',
  stopped: 'Stopped early',
  interrupted: 'Interrupted',
  failed: 'Failed',
  done: 'Finished',
}
const statesRu: Record<RunState, string> = {
  preparing: 'Подготовка',
  running: 'Идёт обучение',
  pausing: 'Приостанавливается',
  paused: 'Приостановлено',
  stopped: 'Завершено раньше срока',
  interrupted: 'Прервано',
  failed: 'Не удалось',
  done: 'Готово',
}

const stateNotesEn: Record<RunState, string> = {
  preparing: 'The pictures are read and the engine is made ready.',
  running:
    'It goes on while you use the other rooms, and without a window if you like: Solstice asks when you close it.',
  pausing: 'The step under way is finished, and a checkpoint is kept.',
  paused: 'Nothing is lost. “Go on” continues where it paused.',
  stopped: 'What it has learned is kept. Make a style of it, or let it go on after all.',
  interrupted:
    'Solstice ended while it trained. Up to the last checkpoint nothing is lost; “Go on” continues from there.',
  failed: 'Up to the last checkpoint nothing is lost. “Go on” continues from there.',
  done: 'All steps are done. Keep it as a style to convert photos with it.',
}
const stateNotesRu: Record<RunState, string> = {
  preparing: 'Читаются снимки, готовится движок.',
  running: 'Оно идёт, пока вы в других разделах, и может идти без окна: при закрытии Solstice спросит.',
  pausing: 'Завершается текущий шаг, сохраняется контрольная точка.',
  paused: 'Ничего не потеряно. «Продолжить» — с того же места.',
  stopped: 'Всё выученное сохранено. Сохраните это как стиль или всё-таки продолжите.',
  interrupted:
    'Solstice закрылся во время обучения. До последней контрольной точки ничего не потеряно, «Продолжить» — с неё.',
  failed: 'До последней контрольной точки ничего не потеряно. «Продолжить» — с неё.',
  done: 'Все шаги пройдены. Сохраните как стиль, чтобы преобразовывать им фотографии.',
}

const groupsEn: Record<LossGroup, { readonly name: string; readonly meaning: string }> = {
  adversarial: {
    name: 'Adversarial loss',
    meaning: 'How far the results are from passing as real. It sways, and need not fall.',
  },
  cycle: { name: 'Cycle loss', meaning: 'What is lost on the way there and back. It should fall.' },
  identity: {
    name: 'Identity loss',
    meaning: 'How much is changed that is right already. It should fall.',
  },
  discriminators: {
    name: 'Discriminators',
    meaning: 'How often they mistake fake and real. Close to zero for long, nothing more is learned.',
  },
}
const groupsRu: Record<LossGroup, { readonly name: string; readonly meaning: string }> = {
  adversarial: {
    name: 'Состязательная',
    meaning: 'Насколько результатам далеко до настоящих. Колеблется, падать не обязана.',
  },
  cycle: { name: 'Цикл', meaning: 'Что теряется на пути туда и обратно. Должна падать.' },
  identity: { name: 'Тождество', meaning: 'Насколько меняется то, что уже подходит. Должна падать.' },
  discriminators: {
    name: 'Дискриминаторы',
    meaning: 'Как часто они путают подделку с настоящим. Если долго почти ноль, обучение встало.',
  },
}

const lossesEn: Record<LossName, { readonly name: string; readonly meaning: string }> = {
  G_A: { name: 'A → B', meaning: 'G_A: results of A → B, as the judge of B sees them' },
  G_B: { name: 'B → A', meaning: 'G_B: results of B → A, as the judge of A sees them' },
  cycle_A: { name: 'A → B → A', meaning: 'cycle_A: pictures of A, there and back' },
  cycle_B: { name: 'B → A → B', meaning: 'cycle_B: pictures of B, there and back' },
  idt_A: { name: 'B stays B', meaning: 'idt_A: pictures of B, given to A → B' },
  idt_B: { name: 'A stays A', meaning: 'idt_B: pictures of A, given to B → A' },
  D_A: { name: 'Judge of B', meaning: 'D_A: tells real pictures of B from results of A → B' },
  D_B: { name: 'Judge of A', meaning: 'D_B: tells real pictures of A from results of B → A' },
}
const lossesRu: Record<LossName, { readonly name: string; readonly meaning: string }> = {
  G_A: { name: 'A → B', meaning: 'G_A: результаты A → B глазами судьи B' },
  G_B: { name: 'B → A', meaning: 'G_B: результаты B → A глазами судьи A' },
  cycle_A: { name: 'A → B → A', meaning: 'cycle_A: снимки A, туда и обратно' },
  cycle_B: { name: 'B → A → B', meaning: 'cycle_B: снимки B, туда и обратно' },
  idt_A: { name: 'B → B', meaning: 'idt_A: снимки B, поданные в A → B' },
  idt_B: { name: 'A → A', meaning: 'idt_B: снимки A, поданные в B → A' },
  D_A: { name: 'Судья B', meaning: 'D_A: отличает настоящие снимки B от результатов A → B' },
  D_B: { name: 'Судья A', meaning: 'D_B: отличает настоящие снимки A от результатов B → A' },
}

/** Milliseconds under a second, then seconds with a digit. */
const stepTime = (
  locale: 'en' | 'ru',
  ms: number,
  units: { readonly ms: string; readonly s: string },
): string =>
  ms < 995
    ? `${number(locale, Math.max(1, Math.round(ms)))}\u00a0${units.ms}`
    : `${decimal(locale, ms / 1000, ms < 9950 ? 1 : 0)}\u00a0${units.s}`

/** Three digits tell enough of a loss. */
const lossValue = (locale: 'en' | 'ru', value: number): string =>
  value.toLocaleString(locale, { minimumSignificantDigits: 3, maximumSignificantDigits: 3 })

const en = {
  states: statesEn,
  stateNotes: stateNotesEn,
  stateWithShare: (state: string, share: number) => `${state}, ${percent('en', share)}`,
  busy: (name: string) =>
    `One training runs at a time, and “${name}” is running: pause or stop that one first.`,
  hint: (name: string) => `Training “${name}”`,
  showHint: 'Show the training',
  showRun: 'Show',
  finished: (name: string) => `The training “${name}” is finished.`,

  pause: 'Pause',
  pausing: 'Pausing',
  resume: 'Go on',
  stop: 'Stop',
  keep: 'Keep as a style',
  remove: 'Delete this training',

  progress: 'Progress',
  step: 'Step',
  stepOf: (step: number, total: number) => `${number('en', step)} of ${number('en', total)}`,
  stepOnly: (step: number) => number('en', step),
  epoch: 'Epoch',
  warmUp: 'warm-up',
  perStep: 'Time per step',
  stepTime: (ms: number) => stepTime('en', ms, { ms: 'ms', s: 's' }),
  left: 'Time left',
  folder: (side: 'A' | 'B', name: string, count: number) =>
    `${side}: ${name}, ${counted('en', count, picturesEn)}`,
  from: 'Began from',
  scratch: 'scratch',
  settings: 'Settings of this training',

  samples: 'Samples',
  noSamples: 'The first samples come before the first step.',
  samplesHint: 'The same photos again and again, by what has been learned up to a step.',
  photo: 'Photo',
  turned: (name: string) => `As “${name}”`,
  back: 'And back',
  scrub: 'Samples after step',
  scrubValue: (step: number) => `step ${number('en', step)}`,
  scrubNewest: (step: number) => `step ${number('en', step)}, the newest`,
  newest: 'Newest',
  play: 'Play from the beginning',
  stopPlaying: 'Stop playing',
  enlarge: (side: 'A' | 'B', index: number) => `Enlarge sample ${index} of ${side}`,
  sampleTitle: (side: 'A' | 'B', index: number) => `Sample ${index} of ${side}`,
  sampleAlt: (what: string, side: 'A' | 'B', index: number) => `${what}, sample ${index} of ${side}`,

  curves: 'Losses',
  noCurves: 'The first figures come with the first steps.',
  groups: groupsEn,
  losses: lossesEn,
  lossValue: (value: number) => lossValue('en', value),
  scale: 'Scale',
  scales: { linear: 'Linear', log: 'Logarithmic' },
  smooth: 'Smooth',
  atStep: (step: number) => `At step ${number('en', step)}`,
  lineSummary: (name: string, first: number, last: number) =>
    `${name}: ${lossValue('en', first)} at first, ${lossValue('en', last)} now.`,

  stopTitle: 'Stop this training early?',
  stopText: (name: string, left: number) =>
    `“${name}” has ${counted('en', left, { one: 'step', other: 'steps' })} left. What it has learned so far is kept: you can make a style of it, or let it go on later.`,
  stopOpen: (name: string) =>
    `What “${name}” has learned so far is kept: you can make a style of it, or let it go on later.`,
  stopNo: 'Let it train',
  stopYes: 'Stop training',
  removeTitle: 'Delete this training?',
  removeText: (name: string) =>
    `“${name}” is deleted with its checkpoints and samples. Styles that were made of it stay, and so do your photos.`,
  removeNo: 'Leave it',
  removeYes: 'Delete training',

  keepTitle: 'Keep as a style',
  keepText: 'The style is made of the last checkpoint. The training itself stays as it is.',
  keepName: 'Name of the style',
  labelA: 'What A shows',
  labelB: 'What B shows',
  labelsHint: 'They name the buttons:',
  keepYes: 'Make the style',
  keeping: 'Making it',
  kept: (name: string) => `“${name}” is ready. It stands with your own styles, beside the photos.`,
  cancel: 'Cancel',
  close: 'Close',
  convert: 'Convert with it',
}

const ru: typeof en = {
  states: statesRu,
  stateNotes: stateNotesRu,
  stateWithShare: (state, share) => `${state}, ${percent('ru', share)}`,
  busy: (name) => `За раз идёт одно обучение, сейчас это «${name}»: сначала приостановите или завершите его.`,
  hint: (name) => `Обучение «${name}»`,
  showHint: 'Показать обучение',
  showRun: 'Показать',
  finished: (name) => `Обучение «${name}» завершено.`,

  pause: 'Приостановить',
  pausing: 'Приостанавливается',
  resume: 'Продолжить',
  stop: 'Завершить',
  keep: 'Сохранить как стиль',
  remove: 'Удалить это обучение',

  progress: 'Ход обучения',
  step: 'Шаг',
  stepOf: (step, total) => `${number('ru', step)} из ${number('ru', total)}`,
  stepOnly: (step) => number('ru', step),
  epoch: 'Эпоха',
  warmUp: 'разогрев',
  perStep: 'Время шага',
  stepTime: (ms) => stepTime('ru', ms, { ms: 'мс', s: 'с' }),
  left: 'Осталось',
  folder: (side, name, count) => `${side}: ${name}, ${counted('ru', count, picturesRu)}`,
  from: 'Начато',
  scratch: 'с нуля',
  settings: 'Настройки этого обучения',

  samples: 'Примеры',
  noSamples: 'Первые примеры появятся перед первым шагом.',
  samplesHint: 'Одни и те же снимки: что с ними делает выученное к этому шагу.',
  photo: 'Снимок',
  turned: (name) => `Как «${name}»`,
  back: 'И обратно',
  scrub: 'Примеры после шага',
  scrubValue: (step) => `шаг ${number('ru', step)}`,
  scrubNewest: (step) => `шаг ${number('ru', step)}, последний`,
  newest: 'Последние',
  play: 'Показать с начала',
  stopPlaying: 'Остановить показ',
  enlarge: (side, index) => `Увеличить пример ${index} стороны ${side}`,
  sampleTitle: (side, index) => `Пример ${index}, сторона ${side}`,
  sampleAlt: (what, side, index) => `${what}, пример ${index} стороны ${side}`,

  curves: 'Потери',
  noCurves: 'Первые числа появятся с первыми шагами.',
  groups: groupsRu,
  losses: lossesRu,
  lossValue: (value) => lossValue('ru', value),
  scale: 'Шкала',
  scales: { linear: 'Линейная', log: 'Логарифмическая' },
  smooth: 'Сгладить',
  atStep: (step) => `На шаге ${number('ru', step)}`,
  lineSummary: (name, first, last) =>
    `${name}: сначала ${lossValue('ru', first)}, сейчас ${lossValue('ru', last)}.`,

  stopTitle: 'Завершить обучение раньше срока?',
  stopText: (name, left) =>
    `«${name}»: осталось шагов — ${number('ru', left)}. Всё выученное сохранится: из него можно сделать стиль или продолжить позже.`,
  stopOpen: (name) =>
    `«${name}»: всё выученное сохранится, из него можно сделать стиль или продолжить позже.`,
  stopNo: 'Пусть учится',
  stopYes: 'Завершить обучение',
  removeTitle: 'Удалить это обучение?',
  removeText: (name) =>
    `«${name}» будет удалено вместе с контрольными точками и примерами. Сделанные из него стили и ваши снимки останутся.`,
  removeNo: 'Оставить',
  removeYes: 'Удалить обучение',

  keepTitle: 'Сохранить как стиль',
  keepText: 'Стиль делается из последней контрольной точки. Само обучение останется как есть.',
  keepName: 'Название стиля',
  labelA: 'Что показывает A',
  labelB: 'Что показывает B',
  labelsHint: 'Так будут названы кнопки:',
  keepYes: 'Сделать стиль',
  keeping: 'Делается',
  kept: (name) => `Стиль «${name}» готов. Он среди ваших стилей, рядом с фотографиями.`,
  cancel: 'Отменить',
  close: 'Закрыть',
  convert: 'Преобразовать им',
}

export const runText: Text<typeof en> = { en, ru }
