/** Words of a batch: its states, its photos, and what can be done with them. */
import type { BatchState, ExportItemState } from '../../src-main/contract/export.ts'
import { counted, decimal, number, type Text } from '../ui/locale.ts'
import type { ItemFilter } from './items.ts'

const picturesEn = { one: 'picture', other: 'pictures' }
const picturesRu = { one: 'снимок', few: 'снимка', many: 'снимков', other: 'снимка' }

const statesEn: Record<BatchState, string> = {
  waiting: 'Waiting',
  running: 'Exporting',
  paused: 'Paused',
  interrupted: 'Interrupted',
  done: 'Finished',
  cancelled: 'Cancelled',
  failed: 'Stopped',
}
const statesRu: Record<BatchState, string> = {
  waiting: 'Ждёт очереди',
  running: 'Идёт экспорт',
  paused: 'Приостановлен',
  interrupted: 'Прерван',
  done: 'Готов',
  cancelled: 'Отменён',
  failed: 'Остановлен',
}

/** Nothing is said of what goes as it should. */
const stateNotesEn: Record<BatchState, string> = {
  waiting: 'It begins when the export before it has ended.',
  running: '',
  paused: 'What is written is safe. “Go on” exports the rest.',
  interrupted: 'Solstice was closed in the midst of it. What was written is safe; “Go on” exports the rest.',
  done: '',
  cancelled: 'What was written before stays in the folder.',
  failed: 'What was written is safe. Once the cause is removed, “Go on” exports the rest.',
}
const stateNotesRu: Record<BatchState, string> = {
  waiting: 'Начнётся, когда закончится предыдущий экспорт.',
  running: '',
  paused: 'Всё записанное сохранено. «Продолжить» — с остальных снимков.',
  interrupted:
    'Solstice закрылся посреди работы. Всё записанное сохранено, «Продолжить» — с остальных снимков.',
  done: '',
  cancelled: 'Всё, что уже записано, осталось в папке.',
  failed: 'Всё записанное сохранено. Устраните причину и нажмите «Продолжить».',
}

const itemStatesEn: Record<ExportItemState, string> = {
  waiting: 'Waiting',
  running: 'In work',
  done: 'Done',
  failed: 'Failed',
  skipped: 'Left out: the name was taken',
  cancelled: 'Cancelled',
}
const itemStatesRu: Record<ExportItemState, string> = {
  waiting: 'В очереди',
  running: 'В работе',
  done: 'Готово',
  failed: 'Не удалось',
  skipped: 'Пропущено: имя занято',
  cancelled: 'Отменено',
}

const filtersEn: Record<ItemFilter, string> = { all: 'All', waiting: 'To do', failed: 'Failed' }
const filtersRu: Record<ItemFilter, string> = { all: 'Все', waiting: 'Осталось', failed: 'Не удалось' }

const en = {
  states: statesEn,
  stateNotes: stateNotesEn,
  stateWithCount: (state: string, done: number, total: number) =>
    `${state}, ${number('en', done)} of ${number('en', total)}`,
  into: (target: string) => `Into “${target}”`,
  progress: 'How far the export is',
  count: (done: number, total: number) => `${number('en', done)} of ${number('en', total)}`,
  failedCount: (count: number) => `${number('en', count)} failed`,
  skippedCount: (count: number) => `${number('en', count)} left out`,
  cancelledCount: (count: number) => `${number('en', count)} cancelled`,
  working: (name: string) => `Working on ${name}`,

  pause: 'Pause',
  pausing: 'Pausing',
  pausingNote: 'The photos in hand are finished first.',
  resume: 'Go on',
  cancelAll: 'Cancel the rest',
  retryFailed: 'Try all failed again',
  retryCancelled: 'Export the cancelled ones',
  openFolder: 'Show the folder',
  remove: 'Take off the list',
  removeTitle: 'Take it off the list?',
  removeText:
    'It is not finished, and cannot be gone on with afterwards. What was written stays in the folder.',
  removeNo: 'Keep it',
  removeYes: 'Take it off',

  pictures: 'Pictures',
  filter: 'Which pictures to show',
  filters: filtersEn,
  noneLeft: 'None of these any more.',
  itemStates: itemStatesEn,
  becomes: (from: string, to: string) => `${from} → ${to}`,
  pixels: (width: number, height: number) => `${number('en', width)} × ${number('en', height)}`,
  seconds: (seconds: number) => `${decimal('en', seconds, seconds < 10 ? 1 : 0)} s`,
  metadataLost: 'without metadata',
  alt: (name: string) => `Result of ${name}`,
  beforeAlt: (name: string) => `${name}, before`,
  before: 'Before',
  cancelOne: (name: string) => `Cancel ${name}`,
  retryOne: (name: string) => `Try ${name} again`,
  revealOne: (name: string) => `Show ${name} in its folder`,

  hint: (target: string) => `Export into “${target}”`,
  showHint: 'Show the export',
  showBatch: 'Show',
  ended: (done: number, failed: number, target: string) =>
    failed > 0
      ? `Exported into “${target}”: ${counted('en', done, picturesEn)}; ${number('en', failed)} failed.`
      : `Exported into “${target}”: ${counted('en', done, picturesEn)}.`,
}

const ru: typeof en = {
  states: statesRu,
  stateNotes: stateNotesRu,
  stateWithCount: (state, done, total) => `${state}, ${number('ru', done)} из ${number('ru', total)}`,
  into: (target) => `В папку «${target}»`,
  progress: 'Ход экспорта',
  count: (done, total) => `${number('ru', done)} из ${number('ru', total)}`,
  failedCount: (count) => `не удалось: ${number('ru', count)}`,
  skippedCount: (count) => `пропущено: ${number('ru', count)}`,
  cancelledCount: (count) => `отменено: ${number('ru', count)}`,
  working: (name) => `В работе ${name}`,

  pause: 'Приостановить',
  pausing: 'Приостанавливается',
  pausingNote: 'Сначала завершаются снимки, которые уже в работе.',
  resume: 'Продолжить',
  cancelAll: 'Отменить остальное',
  retryFailed: 'Повторить неудавшиеся',
  retryCancelled: 'Экспортировать отменённые',
  openFolder: 'Показать папку',
  remove: 'Убрать из списка',
  removeTitle: 'Убрать из списка?',
  removeText: 'Экспорт не закончен, и продолжить его будет нельзя. Всё записанное останется в папке.',
  removeNo: 'Оставить',
  removeYes: 'Убрать',

  pictures: 'Снимки',
  filter: 'Какие снимки показать',
  filters: filtersRu,
  noneLeft: 'Таких больше нет.',
  itemStates: itemStatesRu,
  becomes: (from, to) => `${from} → ${to}`,
  pixels: (width, height) => `${number('ru', width)} × ${number('ru', height)}`,
  seconds: (seconds) => `${decimal('ru', seconds, seconds < 10 ? 1 : 0)} с`,
  metadataLost: 'без метаданных',
  alt: (name) => `Результат: ${name}`,
  beforeAlt: (name) => `${name}, до`,
  before: 'До',
  cancelOne: (name) => `Отменить: ${name}`,
  retryOne: (name) => `Повторить: ${name}`,
  revealOne: (name) => `Показать в папке: ${name}`,

  hint: (target) => `Экспорт в «${target}»`,
  showHint: 'Показать экспорт',
  showBatch: 'Показать',
  ended: (done, failed, target) =>
    failed > 0
      ? `Экспорт в «${target}»: ${counted('ru', done, picturesRu)}; не удалось: ${number('ru', failed)}.`
      : `Экспорт в «${target}»: ${counted('ru', done, picturesRu)}.`,
}

export const batchText: Text<typeof en> = { en, ru }
