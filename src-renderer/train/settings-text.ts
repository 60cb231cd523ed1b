/** What each setting of a training is called and what it means, for the advanced drawer and a run's description. */
import { counted, figure, number, type Text } from '../ui/locale.ts'
import type { Field, FieldGroup } from './fields.ts'
import type { Problem } from './problems.ts'

interface FieldText {
  /** The field's term. */
  readonly name: string
  readonly meaning: string
}

const groupsEn: Record<FieldGroup, string> = {
  networks: 'Networks',
  pictures: 'Pictures',
  length: 'Length and learning rate',
  objective: 'Objective',
  discriminators: 'Discriminators',
  record: 'Checkpoints and samples',
}

const groupsRu: Record<FieldGroup, string> = {
  networks: 'Сети',
  pictures: 'Снимки',
  length: 'Длительность и скорость обучения',
  objective: 'Целевая функция',
  discriminators: 'Дискриминаторы',
  record: 'Контрольные точки и примеры',
}

const fieldsEn: Record<Field, FieldText> = {
  ngf: {
    name: 'ngf',
    meaning: 'Channels of the generators. Half as many is about four times as fast, with coarser detail.',
  },
  blocks: {
    name: 'Residual blocks',
    meaning: 'Depth of the generators: 6 for crops of 128 pixels, 9 from 256 on.',
  },
  ndf: { name: 'ndf', meaning: 'Channels of the discriminators, which judge what is real.' },
  scale: { name: 'Scale by', meaning: 'Which side of a picture is scaled to the load size.' },
  load: { name: 'Load size', meaning: 'Pixels that this side is scaled to before a crop is cut out.' },
  crop: {
    name: 'Crop size',
    meaning: 'Side of the squares that it learns from, a multiple of 4. Time grows with its square.',
  },
  flip: { name: 'Flip', meaning: 'Mirrors every other picture: more variety at no cost.' },
  batch: { name: 'Batch', meaning: 'Pictures of each side in a step. The paper takes one.' },
  length: {
    name: 'Length',
    meaning:
      'An epoch shows each picture of the larger folder once. The learning rate stays as it is at first, then falls to nothing.',
  },
  rate: {
    name: 'Learning rate',
    meaning: 'How far Adam moves the weights in a step. Too high, and it diverges.',
  },
  averageDecay: {
    name: 'Average decay',
    meaning: 'The style keeps a moving average of the generators. Nearer to 1 is calmer and slower.',
  },
  warmUp: {
    name: 'Warm-up',
    meaning: 'Steps in which only the discriminators learn, to get to know a style that comes without them.',
  },
  gan: {
    name: 'GAN loss',
    meaning: 'How the discriminators’ opinion counts: squared error (LSGAN), log loss, or not at all.',
  },
  lambdaCycle: {
    name: 'λ cycle',
    meaning: 'Weight of the way there and back. Higher keeps more of the photo, lower changes more.',
  },
  lambdaIdentity: {
    name: 'λ identity',
    meaning: 'Share of λ for leaving alone what is on the right side already. Keeps colours; 0 is faster.',
  },
  forwardCycle: { name: 'Forward cycle', meaning: 'Asks that A → B → A ends where it began.' },
  backwardCycle: { name: 'Backward cycle', meaning: 'Asks that B → A → B ends where it began.' },
  pool: {
    name: 'Image pool',
    meaning: 'Older fakes that the discriminators see again, so that they do not forget. 0 switches it off.',
  },
  augmentation: {
    name: 'Augmentation',
    meaning: 'Shifts pictures or hides parts of them from the discriminators. Helps where pictures are few.',
  },
  checkpointMinutes: {
    name: 'Checkpoint every',
    meaning: 'Minutes between two checkpoints: at most so much is lost when the computer fails.',
  },
  sampleEvery: { name: 'Samples every', meaning: 'Steps between two sets of sample pictures.' },
  seed: { name: 'Seed', meaning: 'Where chance begins. The same seed with the same settings repeats a run.' },
}

const fieldsRu: Record<Field, FieldText> = {
  ngf: {
    name: 'ngf',
    meaning: 'Число каналов генераторов. Вдвое меньше — примерно вчетверо быстрее, но детали грубее.',
  },
  blocks: {
    name: 'Остаточные блоки',
    meaning: 'Глубина генераторов: 6 для фрагментов в 128 пикселей, 9 начиная с 256.',
  },
  ndf: { name: 'ndf', meaning: 'Число каналов дискриминаторов, которые судят, что настоящее.' },
  scale: { name: 'Масштаб по', meaning: 'Какая сторона снимка приводится к размеру загрузки.' },
  load: {
    name: 'Размер загрузки',
    meaning: 'Пиксели, к которым приводится эта сторона, прежде чем вырезается фрагмент.',
  },
  crop: {
    name: 'Размер фрагмента',
    meaning: 'Сторона квадратов, по которым идёт обучение; кратна 4. Время растёт как её квадрат.',
  },
  flip: { name: 'Отражение', meaning: 'Зеркально отражает каждый второй снимок: разнообразие даром.' },
  batch: { name: 'Пакет', meaning: 'Сколько снимков каждой стороны в шаге. В статье — один.' },
  length: {
    name: 'Длительность',
    meaning:
      'За эпоху каждый снимок большей папки показывается один раз. Скорость обучения сначала постоянна, потом падает до нуля.',
  },
  rate: {
    name: 'Скорость обучения',
    meaning: 'Насколько Adam сдвигает веса за шаг. Слишком большая — обучение расходится.',
  },
  averageDecay: {
    name: 'Затухание среднего',
    meaning: 'Стиль хранит скользящее среднее генераторов. Ближе к 1 — спокойнее и медленнее.',
  },
  warmUp: {
    name: 'Разогрев',
    meaning: 'Шаги, в которых учатся одни дискриминаторы: они знакомятся со стилем, у которого их нет.',
  },
  gan: {
    name: 'Функция GAN',
    meaning: 'Как учитывается мнение дискриминаторов: квадрат ошибки (LSGAN), логарифмическая или никак.',
  },
  lambdaCycle: {
    name: 'λ цикла',
    meaning: 'Вес пути туда и обратно. Больше — сохраняется больше от снимка, меньше — смелее перемены.',
  },
  lambdaIdentity: {
    name: 'λ тождества',
    meaning: 'Доля λ за то, чтобы не менять уже подходящее. Бережёт цвета; 0 — быстрее.',
  },
  forwardCycle: { name: 'Прямой цикл', meaning: 'Требует, чтобы A → B → A вернулось к началу.' },
  backwardCycle: { name: 'Обратный цикл', meaning: 'Требует, чтобы B → A → B вернулось к началу.' },
  pool: {
    name: 'Буфер изображений',
    meaning: 'Прежние подделки, которые дискриминаторы видят снова, чтобы не забывать. 0 — выключен.',
  },
  augmentation: {
    name: 'Аугментация',
    meaning: 'Сдвигает снимки или закрывает их части от дискриминаторов. Помогает, когда снимков мало.',
  },
  checkpointMinutes: {
    name: 'Контрольная точка',
    meaning: 'Раз в сколько минут. Не больше этого пропадёт, если компьютер откажет.',
  },
  sampleEvery: { name: 'Примеры', meaning: 'Раз в сколько шагов делаются примеры.' },
  seed: {
    name: 'Зерно',
    meaning: 'Начало случайных чисел. То же зерно с теми же настройками повторяет обучение.',
  },
}

const en = {
  groups: groupsEn,
  fields: fieldsEn,
  scales: { 'short-side': 'Short side', width: 'Width' },
  gans: { lsgan: 'LSGAN', vanilla: 'Log loss', none: 'None' },
  lengths: { epochs: 'Epochs', steps: 'Steps', minutes: 'Minutes' },
  constantEpochs: 'Epochs at the full rate',
  decayEpochs: 'Epochs in which it falls',
  epochsConstant: 'full rate',
  epochsDecay: 'falling',
  augmentations: { translation: 'Translation', cutout: 'Cutout' },
  on: 'on',
  off: 'off',
  epochsValue: (constant: number, decay: number) =>
    `${number('en', constant)} + ${number('en', decay)} epochs`,
  stepsValue: (steps: number) => counted('en', steps, { one: 'step', other: 'steps' }),
  minutesValue: (minutes: number) => `${figure('en', minutes)} min`,
  paper: (value: string) => `Default ${value}`,
  preset: (value: string) => `Preset ${value}`,
  reset: (name: string, value: string) => `${name}: back to ${value}`,
  fixed: 'Given by the style it begins from.',
  problem: (problem: Problem): string => {
    switch (problem.kind) {
      case 'number':
        return 'A number is missing.'
      case 'whole':
        return 'Whole numbers only.'
      case 'least':
        return `At least ${figure('en', problem.bound)}.`
      case 'most':
        return `At most ${figure('en', problem.bound)}.`
      case 'multiple-of-4':
        return 'It must be a multiple of 4.'
      case 'crop-too-large':
        return 'The crop is larger than the load size.'
      case 'no-objective':
        return 'Nothing is left to learn from: choose a GAN loss, a cycle or λ identity.'
    }
  },
}

const ru: typeof en = {
  groups: groupsRu,
  fields: fieldsRu,
  scales: { 'short-side': 'Короткой стороне', width: 'Ширине' },
  gans: { lsgan: 'LSGAN', vanilla: 'Логарифмич.', none: 'Нет' },
  lengths: { epochs: 'Эпохи', steps: 'Шаги', minutes: 'Минуты' },
  constantEpochs: 'Эпохи на полной скорости',
  decayEpochs: 'Эпохи, за которые она падает',
  epochsConstant: 'полная скорость',
  epochsDecay: 'спад',
  augmentations: { translation: 'Сдвиг', cutout: 'Вырезы' },
  on: 'да',
  off: 'нет',
  epochsValue: (constant, decay) => `${number('ru', constant)} + ${number('ru', decay)} эпох`,
  stepsValue: (steps) => counted('ru', steps, { one: 'шаг', few: 'шага', many: 'шагов', other: 'шага' }),
  minutesValue: (minutes) => `${figure('ru', minutes)} мин`,
  paper: (value) => `По умолчанию ${value}`,
  preset: (value) => `В наборе ${value}`,
  reset: (name, value) => `${name}: вернуть ${value}`,
  fixed: 'Задано стилем, с которого начинается обучение.',
  problem: (problem) => {
    switch (problem.kind) {
      case 'number':
        return 'Здесь нужно число.'
      case 'whole':
        return 'Только целые числа.'
      case 'least':
        return `Не меньше ${figure('ru', problem.bound)}.`
      case 'most':
        return `Не больше ${figure('ru', problem.bound)}.`
      case 'multiple-of-4':
        return 'Должно делиться на 4.'
      case 'crop-too-large':
        return 'Фрагмент больше размера загрузки.'
      case 'no-objective':
        return 'Учиться не на чем: выберите функцию GAN, цикл или λ тождества.'
    }
  },
}

export const settingsText: Text<typeof en> = { en, ru }
