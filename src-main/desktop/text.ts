/** What the program itself says, outside its window. */
import type { Locale } from '../contract/schemas.ts'

export const desktopText = {
  en: {
    leaving: {
      training: {
        message: 'A style is being trained.',
        detail:
          'Solstice can go on with it without a window; start Solstice again to see how far it is. Nothing is lost if you pause: you can go on at any time.',
      },
      export: {
        message: 'An export is running.',
        detail:
          'Solstice can finish it without a window; start Solstice again to see how far it is. Nothing is lost if you quit: the export goes on where it stopped, whenever you say so.',
      },
      fetch: {
        message: 'A style is being fetched.',
        detail:
          'Solstice can finish it without a window. Nothing is lost if you quit: what has come is kept, and you can go on at any time.',
      },
    },
    restarting:
      'It is paused before Solstice restarts, and nothing of it is lost: you can go on at any time. Or go on working: the new version is installed when you quit.',
    pauseAndRestart: 'Pause and restart',
    later: 'Later',
    about: 'About Solstice',
    goOn: 'Go on without a window',
    pauseAndQuit: 'Pause and quit',
    stay: 'Stay here',
    exported: (done: number, failed: number, target: string) =>
      failed === 0
        ? `The export to ${target} is done: ${done} written.`
        : `The export to ${target} is done: ${done} written, ${failed} failed.`,
    exportFailed: (target: string) => `The export to ${target} has stopped. Open Solstice to see why.`,
    trained: (name: string) => `${name}: the training is done.`,
    trainingFailed: (name: string) => `${name}: the training has stopped. Open Solstice to see why.`,
    fetched: (name: string) => `“${name}” has been fetched and can be used.`,
    fetchFailed: (name: string) => `“${name}” could not be fetched. Open Solstice to see why.`,
    windowFails: {
      message: 'The window keeps failing.',
      detail:
        'Solstice has loaded it anew several times. Nothing is lost: exports, trainings and conversions go on meanwhile.',
    },
    windowHangs: {
      message: 'The window does not answer.',
      detail: 'It may come back by itself. Nothing is lost if it is loaded anew.',
    },
    programFails: (report: string) => ({
      message: 'Solstice has run into an error and has to close.',
      detail: `What was finished is safe; exports and trainings go on where they stopped, whenever you say so. What is known of the error is kept on this computer, in ${report}.`,
    }),
    noDataFolder: (folder: string, reason: string) => ({
      message: 'Solstice cannot use the folder in which it keeps its data.',
      detail: `${folder}\n\n${reason}\nIf it is on a drive, connect the drive and try again. Nothing has been changed.`,
    }),
    notSaved: (reason: string) => ({
      message: 'Not everything could be saved.',
      detail: `${reason} Make room and try again, or quit without the last changes. Your photos and results are safe.`,
    }),
    tryAgain: 'Try again',
    startAgain: 'Start again',
    quit: 'Quit',
    quitUnsaved: 'Quit all the same',
    wait: 'Wait',
    loadAnew: 'Load it anew',
  },
  ru: {
    leaving: {
      training: {
        message: 'Идёт обучение стиля.',
        detail:
          'Solstice может продолжить без окна; чтобы посмотреть, как идут дела, запустите Solstice снова. Если поставить на паузу, ничего не пропадёт: продолжить можно в любой момент.',
      },
      export: {
        message: 'Идёт экспорт.',
        detail:
          'Solstice может закончить его без окна; чтобы посмотреть, как идут дела, запустите Solstice снова. Если выйти, ничего не пропадёт: экспорт продолжится с того же места, когда вы скажете.',
      },
      fetch: {
        message: 'Скачивается стиль.',
        detail:
          'Solstice может закончить без окна. Если выйти, ничего не пропадёт: скачанное сохранится, продолжить можно в любой момент.',
      },
    },
    restarting:
      'Перед перезапуском работа встанет на паузу, ничего не пропадёт: продолжить можно в любой момент. Или работайте дальше: новая версия установится, когда вы закроете Solstice.',
    pauseAndRestart: 'Пауза и перезапуск',
    later: 'Позже',
    about: 'О программе Solstice',
    goOn: 'Продолжить без окна',
    pauseAndQuit: 'Пауза и выход',
    stay: 'Остаться',
    exported: (done: number, failed: number, target: string) =>
      failed === 0
        ? `Экспорт в ${target} закончен, записано: ${done}.`
        : `Экспорт в ${target} закончен, записано: ${done}, не удалось: ${failed}.`,
    exportFailed: (target: string) =>
      `Экспорт в ${target} остановился. Откройте Solstice, чтобы узнать почему.`,
    trained: (name: string) => `${name}: обучение закончено.`,
    trainingFailed: (name: string) =>
      `${name}: обучение остановилось. Откройте Solstice, чтобы узнать почему.`,
    fetched: (name: string) => `Стиль «${name}» скачан, им можно пользоваться.`,
    fetchFailed: (name: string) => `Стиль «${name}» не скачался. Откройте Solstice, чтобы узнать почему.`,
    windowFails: {
      message: 'В окне снова и снова происходит сбой.',
      detail:
        'Solstice несколько раз загружал его заново. Ничего не потеряно: экспорт, обучение и преобразования продолжаются.',
    },
    windowHangs: {
      message: 'Окно не отвечает.',
      detail: 'Возможно, оно скоро ответит. Если загрузить его заново, ничего не пропадёт.',
    },
    programFails: (report: string) => ({
      message: 'В Solstice произошла ошибка, и он вынужден закрыться.',
      detail: `Всё готовое сохранено; экспорт и обучение продолжатся с того же места, когда вы скажете. Сведения об ошибке остались на этом компьютере, в файле ${report}.`,
    }),
    noDataFolder: (folder: string, reason: string) => ({
      message: 'Solstice не может работать с папкой, где хранит свои данные.',
      detail: `${folder}\n\n${reason}\nЕсли она на внешнем диске, подключите его и попробуйте снова. Ничего не изменено.`,
    }),
    notSaved: (reason: string) => ({
      message: 'Не всё удалось сохранить.',
      detail: `${reason} Освободите место и попробуйте снова или выйдите без последних изменений. Фотографии и результаты целы.`,
    }),
    tryAgain: 'Попробовать снова',
    startAgain: 'Запустить снова',
    quit: 'Выйти',
    quitUnsaved: 'Всё равно выйти',
    wait: 'Подождать',
    loadAnew: 'Загрузить заново',
  },
} as const satisfies Record<Locale, unknown>
