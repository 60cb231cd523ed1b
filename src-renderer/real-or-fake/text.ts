/** Words of the test real or fake. */
import type { PictureOfRound } from '../../src-main/contract/evaluation.ts'
import type { Locale } from '../../src-main/contract/schemas.ts'
import { counted, number, percent, type Text } from '../ui/locale.ts'

const picturesEn = { one: 'picture', other: 'pictures' }
const picturesRu = { one: 'изображение', few: 'изображения', many: 'изображений', other: 'изображения' }

const between = (locale: Locale, [low, high]: readonly [number, number]): readonly [string, string] => [
  percent(locale, low),
  percent(locale, high),
]

const kindsEn: Record<PictureOfRound, string> = { translated: 'Pictures to translate', real: 'Real pictures' }
const kindsRu: Record<PictureOfRound, string> = {
  translated: 'Изображения для преобразования',
  real: 'Настоящие изображения',
}

const en = {
  tests: 'Tests',
  newTest: 'New test',
  noTests: 'No test so far.',
  title: 'Real or fake?',
  intro:
    'You see pictures, some real and some made by a style, each for one second, and say which is which. The first ten are practice: you are told whether you were right. The others count. It is how the authors of CycleGAN tested theirs; here you judge one picture at a time.',
  style: 'Style',
  kinds: kindsEn,
  kindHints: {
    translated: (from: string, to: string) => `${from}. The style makes “${to}” of them.`,
    real: (to: string) => `${to}, as a camera or a painter made it.`,
  },
  unseenHint: 'Pictures that the style was not trained on tell the most.',
  chooseFolder: 'Choose a folder',
  anotherFolder: 'Another folder',
  noFolder: 'Drop a folder here',
  pictures: (count: number) => counted('en', count, picturesEn),
  trials: 'Pictures in the round',
  missing: {
    style: 'There is no style to test.',
    folders: 'Choose both folders.',
    few: (name: string, count: number) => `${name} has too few pictures: ${number('en', count)} are needed.`,
  },
  prepare: 'Prepare the test',
  preparing: 'Preparing the pictures',
  prepared: (done: number, total: number) => `${number('en', done)} of ${number('en', total)}`,
  cancel: 'Cancel',
  leave: 'Leave the test',
  leaveQuestion: 'Leave the test? The answers so far are not kept.',
  stay: 'Stay',
  failed: 'The test could not be prepared.',
  ready: 'The pictures are ready',
  readyHint:
    'Each is shown for one second, then it is hidden and you answer in your own time: R or ← for real, F or → for fake.',
  begin: 'Begin',
  goOn: 'Go on',
  picture: (index: number, total: number) => `Picture ${number('en', index)} of ${number('en', total)}`,
  practice: 'Practice',
  counts: 'Counts',
  stage: 'Picture',
  leftOut: (index: number) => `Picture ${number('en', index)} could not be shown and is left out.`,
  question: 'Was it real or fake?',
  look: 'Look',
  real: 'Real',
  fake: 'Fake',
  right: 'Right.',
  wrong: 'Wrong.',
  was: { real: 'It was real.', translated: 'It was made by the style.' },
  practiceOver: 'The practice is over. From now on it counts, and you are not told.',
  next: 'Next picture',

  translatedCalledReal: 'of the pictures made by the style were called real',
  realCalledReal: 'of the real pictures were called real',
  outOf: (hits: number, asked: number) => `${number('en', hits)} of ${number('en', asked)}`,
  interval: (interval: readonly [number, number]) => {
    const [low, high] = between('en', interval)
    return `95% confidence: ${low} to ${high}`
  },
  share: (hits: number, asked: number) => percent('en', hits / asked),
  meaning:
    'Where nobody can tell them apart, both shares are the same. The confidence interval is Wilson’s. In the paper 26.8% ± 2.8 of the photos made from maps were called real, by many people who saw a real picture beside each.',
  summary: (hits: number, asked: number) => `${number('en', hits)} of ${number('en', asked)} called real`,
  unsaved:
    'This result could not be kept: there is no room on the disk, or Solstice may not write there. Save it to a file elsewhere. Solstice tries again before the next test and when it is closed.',
  saveJson: 'Save as JSON',
  saveCsv: 'Save as CSV',
  saved: (name: string) => `${name} saved`,
  remove: 'Remove',
  removeQuestion: 'Remove this result? What was saved to a file stays.',
  keep: 'Keep',
  again: 'Test again',
}

const ru: typeof en = {
  tests: 'Тесты',
  newTest: 'Новый тест',
  noTests: 'Тестов пока не было.',
  title: 'Настоящее или нет?',
  intro:
    'Вы видите изображения, настоящие и созданные стилем, каждое одну секунду, и говорите, какое какое. Первые десять для тренировки: после ответа видно, верен ли он. Остальные идут в счёт. Так проверяли CycleGAN её авторы; здесь вы судите об одном изображении за раз.',
  style: 'Стиль',
  kinds: kindsRu,
  kindHints: {
    translated: (from, to) => `Исходные: «${from}». Стиль превратит их в такие: «${to}».`,
    real: (to) => `${to}: как сняла камера или написал художник.`,
  },
  unseenHint: 'Больше всего говорят изображения, на которых стиль не учился.',
  chooseFolder: 'Выбрать папку',
  anotherFolder: 'Другая папка',
  noFolder: 'Перетащите сюда папку',
  pictures: (count) => counted('ru', count, picturesRu),
  trials: 'Сколько изображений',
  missing: {
    style: 'Нет стиля для теста.',
    folders: 'Выберите обе папки.',
    few: (name, count) => `${name}: слишком мало изображений, нужно ${number('ru', count)}.`,
  },
  prepare: 'Подготовить тест',
  preparing: 'Изображения готовятся',
  prepared: (done, total) => `${number('ru', done)} из ${number('ru', total)}`,
  cancel: 'Отменить',
  leave: 'Прервать тест',
  leaveQuestion: 'Прервать тест? Данные ответы не сохранятся.',
  stay: 'Остаться',
  failed: 'Не удалось подготовить тест.',
  ready: 'Изображения готовы',
  readyHint:
    'Каждое видно одну секунду, потом оно скрывается, и вы отвечаете не торопясь: R или ← настоящее, F или → подделка.',
  begin: 'Начать',
  goOn: 'Продолжить',
  picture: (index, total) => `Изображение ${number('ru', index)} из ${number('ru', total)}`,
  practice: 'Тренировка',
  counts: 'В счёт',
  stage: 'Изображение',
  leftOut: (index) => `Изображение ${number('ru', index)} не удалось показать, оно не учитывается.`,
  question: 'Это было настоящее или подделка?',
  look: 'Смотрите',
  real: 'Настоящее',
  fake: 'Подделка',
  right: 'Верно.',
  wrong: 'Неверно.',
  was: { real: 'Это было настоящее.', translated: 'Это сделал стиль.' },
  practiceOver: 'Тренировка окончена. Теперь ответы идут в счёт, и верны ли они, не говорится.',
  next: 'Следующее изображение',

  translatedCalledReal: 'изображений, созданных стилем, названы настоящими',
  realCalledReal: 'настоящих изображений названы настоящими',
  outOf: (hits, asked) => `${number('ru', hits)} из ${number('ru', asked)}`,
  interval: (interval) => {
    const [low, high] = between('ru', interval)
    return `доверительный интервал 95 %: от ${low} до ${high}`
  },
  share: (hits, asked) => percent('ru', hits / asked),
  meaning:
    'Если их никто не отличает, обе доли одинаковы. Доверительный интервал по Уилсону. В статье настоящими назвали 26,8 % ± 2,8 снимков, сделанных по картам; судили многие, и рядом с каждым было настоящее изображение.',
  summary: (hits, asked) => `названо настоящими: ${number('ru', hits)} из ${number('ru', asked)}`,
  unsaved:
    'Этот результат не удалось записать: на диске нет места или нет права на запись. Сохраните его в файл в другом месте. Solstice попробует ещё раз перед следующим тестом и при закрытии.',
  saveJson: 'Сохранить как JSON',
  saveCsv: 'Сохранить как CSV',
  saved: (name) => `${name}: сохранено`,
  remove: 'Удалить',
  removeQuestion: 'Удалить этот результат? Сохранённые файлы останутся.',
  keep: 'Оставить',
  again: 'Проверить ещё раз',
}

export const testText: Text<typeof en> = { en, ru }
