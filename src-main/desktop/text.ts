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
  },
} as const satisfies Record<Locale, unknown>
