/** The sentence for each failure, in each language; the window and the terminal print the same one. */
import type { ErrorCode, FailureData } from './errors.ts'
import type { Locale } from './schemas.ts'

/** `{0}` is the file or model concerned. What went wrong first, then what the user can do. */
const sentences: Record<ErrorCode, Record<Locale, string>> = {
  'file-not-found': {
    en: '{0} is not there any more. Was it moved or renamed, or is its drive not connected?',
    ru: '{0}: файла больше нет на месте. Возможно, его переместили, переименовали или не подключён его диск.',
  },
  'file-not-readable': {
    en: '{0} cannot be opened. Check that you may read it.',
    ru: '{0}: файл не открывается. Проверьте, есть ли право на чтение.',
  },
  'file-empty': {
    en: '{0} is empty: the file has no contents.',
    ru: '{0}: файл пуст.',
  },
  'not-a-picture': {
    en: '{0} is not a picture.',
    ru: '{0}: это не изображение.',
  },
  'format-not-supported': {
    en: '{0} is in a format that Solstice does not read. Save it as JPEG, PNG or TIFF.',
    ru: '{0}: этот формат Solstice не читает. Сохраните файл как JPEG, PNG или TIFF.',
  },
  'picture-damaged': {
    en: '{0} is damaged and cannot be read. Copy it again from its source.',
    ru: '{0}: файл повреждён и не читается. Скопируйте его заново из источника.',
  },
  'picture-truncated': {
    en: '{0} ends too early: a part of the picture is missing. Copy it again from its source.',
    ru: '{0}: файл обрывается, части изображения нет. Скопируйте его заново из источника.',
  },
  'picture-too-large': {
    en: '{0} has more pixels than Solstice can open. Save a smaller copy.',
    ru: '{0}: в изображении слишком много пикселей. Сохраните уменьшенную копию.',
  },
  'model-not-found': {
    en: 'There is no style “{0}”.',
    ru: 'Стиля «{0}» нет.',
  },
  'model-invalid': {
    en: 'The style “{0}” is incomplete or damaged. Import it again.',
    ru: 'Стиль «{0}» неполон или повреждён. Импортируйте его заново.',
  },
  'model-exists': {
    en: 'A style “{0}” exists already. Choose another name, or remove that one first.',
    ru: 'Стиль «{0}» уже есть. Выберите другое имя или сначала удалите тот стиль.',
  },
  'model-built-in': {
    en: 'The style “{0}” belongs to Solstice and stays.',
    ru: 'Стиль «{0}» входит в Solstice, удалить его нельзя.',
  },
  'model-direction-missing': {
    en: 'The style “{0}” does not work in this direction.',
    ru: 'Стиль «{0}» не работает в этом направлении.',
  },
  'checkpoint-damaged': {
    en: 'The checkpoint {0} is damaged and cannot be read.',
    ru: 'Файл весов {0} повреждён и не читается.',
  },
  'checkpoint-refused': {
    en: 'The checkpoint {0} asks for more than weights, so it was not opened.',
    ru: 'Файл весов {0} содержит не только веса, поэтому он не был открыт.',
  },
  'checkpoint-not-a-generator': {
    en: 'The checkpoint {0} is not a CycleGAN generator that Solstice knows.',
    ru: '{0}: это не генератор CycleGAN известного Solstice вида.',
  },
  'catalogue-invalid': {
    en: 'The catalogue of styles {0} cannot be read.',
    ru: 'Каталог стилей {0} не читается.',
  },
  'server-unreachable': {
    en: '{0} cannot be fetched: its server is out of reach. Check the connection and try again later, or fetch the file by hand and import it.',
    ru: '{0}: не удалось скачать, сервер недоступен. Проверьте соединение и попробуйте позже или скачайте файл сами и импортируйте его.',
  },
  'proxy-failed': {
    en: '{0} cannot be fetched: the proxy that this computer uses does not let it through. Check the proxy settings, or fetch the file by hand and import it.',
    ru: '{0}: не удалось скачать, прокси этого компьютера не пропускает запрос. Проверьте настройки прокси или скачайте файл сами и импортируйте его.',
  },
  'download-not-there': {
    en: '{0} is not on its server any more. If you find the file elsewhere, import it instead.',
    ru: '{0}: файла больше нет на сервере. Если найдёте его в другом месте, импортируйте его оттуда.',
  },
  'download-interrupted': {
    en: 'The connection broke while {0} was fetched. What has come is kept; go on when you like.',
    ru: '{0}: соединение прервалось. Скачанная часть сохранена, продолжить можно в любой момент.',
  },
  'download-unfit': {
    en: 'What the server sent for {0} is not the generator that was expected. Nothing was imported.',
    ru: '{0}: сервер прислал не тот генератор, который ожидался. Ничего не импортировано.',
  },
  'download-busy': {
    en: '{0} is being fetched at this moment, here or in a terminal.',
    ru: '{0}: скачивается прямо сейчас, здесь или в терминале.',
  },
  'engine-stopped': {
    en: 'The engine stopped while it worked on {0}. It has been started again; try once more.',
    ru: 'Движок остановился при обработке {0}. Он запущен снова, попробуйте ещё раз.',
  },
  'engine-failed': {
    en: '{0} could not be converted.',
    ru: '{0}: не удалось преобразовать.',
  },
  'engine-replaced': {
    en: 'What computed {0} failed and has been replaced. Convert it again.',
    ru: '{0}: при вычислениях произошёл сбой, их взял на себя другой движок. Преобразуйте фото ещё раз.',
  },
  'out-of-memory': {
    en: 'There is not enough memory for {0} at this size. Choose a smaller size.',
    ru: '{0}: для такого размера не хватает памяти. Выберите размер поменьше.',
  },
  'no-picture': {
    en: 'What became of {0} is no picture, so it was not kept. The style may be damaged.',
    ru: '{0}: изображения не получилось, поэтому результат не сохранён. Возможно, стиль повреждён.',
  },
  'runtime-unfit': {
    en: '{0} cannot be used on this computer. Choose another, or leave the choice to Solstice.',
    ru: '{0} на этом компьютере использовать нельзя. Выберите другой вариант или доверьте выбор Solstice.',
  },
  cancelled: {
    en: '{0} was cancelled.',
    ru: '{0}: отменено.',
  },
  'run-not-found': {
    en: 'There is no training “{0}”.',
    ru: 'Обучения «{0}» нет.',
  },
  'run-invalid': {
    en: 'The training {0} is damaged: its description cannot be read. Begin a new one.',
    ru: 'Обучение {0} повреждено: его описание не читается. Начните новое.',
  },
  'training-busy': {
    en: '{0} is being trained at this moment, here or in a terminal. Pause it there first.',
    ru: '{0}: обучение сейчас идёт, здесь или в терминале. Сначала приостановите его там.',
  },
  'training-data-unfit': {
    en: '{0} cannot be trained on as it is. The findings say what to change.',
    ru: '{0}: на таких данных обучать нельзя. В замечаниях сказано, что изменить.',
  },
  'training-diverged': {
    en: 'The training of {0} went astray: its numbers grew beyond all bounds. It stopped at its last good checkpoint. Begin anew with a learning rate of a half or a quarter.',
    ru: '{0}: обучение разошлось, числа вышли за все пределы. Оно остановлено на последней хорошей контрольной точке. Начните заново со скоростью обучения в два-четыре раза меньше.',
  },
  'training-collapsed': {
    en: 'The training of {0} got stuck: a discriminator teaches nothing any more. It stopped at its last good checkpoint. Give it more pictures, switch augmentation on, or begin anew with half the learning rate.',
    ru: '{0}: обучение зашло в тупик, дискриминатор больше ничему не учит. Оно остановлено на последней хорошей контрольной точке. Добавьте снимков, включите аугментацию или начните заново с вдвое меньшей скоростью обучения.',
  },
  'too-few-pictures': {
    en: 'There are too few pictures in {0} that can be used. Choose a folder with more of them.',
    ru: '{0}: в этой папке слишком мало подходящих изображений. Выберите папку, где их больше.',
  },
  'batch-not-found': {
    en: 'There is no export {0} any more.',
    ru: 'Экспорта {0} больше нет.',
  },
  'batch-invalid': {
    en: 'The export {0} is damaged: its description cannot be read. Begin a new one; what it has written stays.',
    ru: 'Экспорт {0} повреждён: его описание не читается. Начните новый; записанные файлы остаются на месте.',
  },
  'export-busy': {
    en: 'The export to {0} is running at this moment, here or in a terminal.',
    ru: 'Экспорт в {0} сейчас идёт, здесь или в терминале.',
  },
  'cannot-write': {
    en: '{0} cannot be written. Check the folder and your right to write there.',
    ru: '{0}: не удалось записать. Проверьте папку и право на запись в неё.',
  },
  'disk-full': {
    en: 'The disk is full: {0} was not written.',
    ru: 'Диск заполнен: {0} не записан.',
  },
  'same-as-source': {
    en: '{0} is the photo itself. Solstice never overwrites it; choose another name.',
    ru: '{0} — это сама исходная фотография. Solstice её не перезаписывает, выберите другое имя.',
  },
  'file-exists': {
    en: '{0} exists already. Choose another name.',
    ru: '{0} уже существует. Выберите другое имя.',
  },
  'update-unreachable': {
    en: 'New versions of {0} are out of reach: the server does not answer as it should. Check the connection and try again later.',
    ru: 'Новые версии {0} сейчас недоступны: сервер не отвечает как надо. Проверьте соединение и попробуйте позже.',
  },
  'update-unfit': {
    en: 'What the server sent is not the version of {0} that it promised. It was thrown away, and nothing has changed. Try again later.',
    ru: 'Сервер прислал не ту версию {0}, которую обещал. Она удалена, ничего не изменилось. Попробуйте позже.',
  },
  'update-failed': {
    en: '{0} cannot renew itself here. Fetch the new version where you got this one.',
    ru: '{0} не может обновиться здесь сам. Скачайте новую версию там же, где взяли эту.',
  },
  'bad-request': {
    en: 'That request was not understood.',
    ru: 'Запрос не понят.',
  },
  internal: {
    en: 'Something went wrong inside Solstice with {0}.',
    ru: 'Внутренняя ошибка Solstice: {0}.',
  },
}

const insideSolstice: Record<Locale, string> = {
  en: 'Something went wrong inside Solstice.',
  ru: 'Внутренняя ошибка Solstice.',
}

const unnamed: Record<Locale, string> = { en: 'This item', ru: 'Этот объект' }

/** One plain sentence (or two), without the technical detail. */
export function errorSentence(failure: FailureData, locale: Locale): string {
  if (failure.code === 'internal' && failure.subject === undefined) return insideSolstice[locale]
  return sentences[failure.code][locale].replace('{0}', () => failure.subject ?? unnamed[locale])
}

/** The sentence with the technical reason behind it, for the terminal and for tooltips. */
export function errorReport(failure: FailureData, locale: Locale): string {
  const sentence = errorSentence(failure, locale)
  return failure.detail === undefined ? sentence : `${sentence} (${failure.detail})`
}
