/** Words about new versions of Solstice. */
import { decimal, type Text } from '../ui/locale.ts'

const megabyte = 1e6

const en = {
  title: 'New versions',
  absent: 'This copy of Solstice does not look for new versions and asks no server for them.',
  daily: 'Look once a day',
  asks: (host: string) =>
    `Asks ${host} what the newest version is. Nothing of you, your photos or this copy is sent.`,
  lookNow: 'Look now',
  looking: 'Looking…',
  newest: 'This is the newest version.',
  found: (version: string) => `Solstice ${version} is there.`,
  show: 'Show',
  download: 'Download',
  cancel: 'Cancel',
  connecting: 'Connecting',
  progress: (version: string) => `Solstice ${version}: how much has come`,
  came: (done: number, total: number) =>
    `${decimal('en', done / megabyte, 1)} of ${decimal('en', total / megabyte, 1)} MB`,
  ready: (version: string) => `Solstice ${version} is here. It is installed when you quit.`,
  restart: 'Restart and install',
  notes: 'What is new',
}

const ru: typeof en = {
  title: 'Новые версии',
  absent: 'Эта копия Solstice не ищет новые версии и не обращается за ними ни к какому серверу.',
  daily: 'Проверять раз в день',
  asks: (host) =>
    `Solstice спросит у ${host}, какая версия последняя. О вас, ваших фотографиях и этой копии не передаётся ничего.`,
  lookNow: 'Проверить',
  looking: 'Проверка…',
  newest: 'У вас последняя версия.',
  found: (version) => `Вышла версия Solstice ${version}.`,
  show: 'Показать',
  download: 'Скачать',
  cancel: 'Отменить',
  connecting: 'Соединение',
  progress: (version) => `Solstice ${version}: сколько скачано`,
  came: (done, total) => `${decimal('ru', done / megabyte, 1)} из ${decimal('ru', total / megabyte, 1)} МБ`,
  ready: (version) => `Solstice ${version}: скачано. Новая версия установится, когда вы закроете программу.`,
  restart: 'Перезапустить и установить',
  notes: 'Что нового',
}

export const updatesText: Text<typeof en> = { en, ru }
