/** What the program itself says, outside its window. */
import type { Locale } from '../contract/schemas.ts'

export const desktopText = {
  en: {
    trainingGoesOn: 'A style is being trained.',
    trainingGoesOnDetail:
      'Solstice can go on with it without a window; start Solstice again to see how far it is. Nothing is lost if you pause: you can go on at any time.',
    keepTraining: 'Go on without a window',
    pauseAndQuit: 'Pause and quit',
    stay: 'Stay here',
    trained: (name: string) => `${name}: the training is done.`,
    trainingFailed: (name: string) => `${name}: the training has stopped. Open Solstice to see why.`,
  },
  ru: {
    trainingGoesOn: 'Идёт обучение стиля.',
    trainingGoesOnDetail:
      'Solstice может продолжить без окна; чтобы посмотреть, как идут дела, запустите Solstice снова. Если поставить на паузу, ничего не пропадёт: продолжить можно в любой момент.',
    keepTraining: 'Продолжить без окна',
    pauseAndQuit: 'Пауза и выход',
    stay: 'Остаться',
    trained: (name: string) => `${name}: обучение закончено.`,
    trainingFailed: (name: string) =>
      `${name}: обучение остановилось. Откройте Solstice, чтобы узнать почему.`,
  },
} as const satisfies Record<Locale, unknown>
