/** Words of the dialog with the styles that can be fetched. */
import { decimal, number, type Text } from '../ui/locale.ts'

const megabyte = 1e6

const en = {
  title: 'More styles',
  intro:
    'Networks that the authors of the CycleGAN paper have trained and published. Solstice connects to their server only when you press Get, and sends nothing of yours.',
  size: (bytes: number, exact: boolean) =>
    `${exact ? '' : 'about '}${number('en', Math.round(bytes / megabyte))} MB`,
  more: 'Licence and file',
  get: 'Get',
  goOn: 'Go on',
  again: 'Try again',
  cancel: 'Cancel',
  nameOf: (action: string, name: string) => `${action}: ${name}`,
  waiting: 'Waiting for the one before',
  connecting: 'Connecting',
  checking: 'Checking and importing',
  came: (done: number, total: number) =>
    `${decimal('en', done / megabyte, 1)} of ${decimal('en', total / megabyte, 1)} MB`,
  kept: (done: number, total: number) =>
    `Stopped: ${decimal('en', done / megabyte, 1)} of ${decimal('en', total / megabyte, 1)} MB are here`,
  here: 'On the left',
  address: 'Address of the file',
  notEncrypted:
    'The connection to this server is not encrypted: others on the way can see what you fetch, and could change it. Solstice takes nothing but a network of the expected shape from it.',
  copy: 'Copy the address',
  copied: 'Copied',
  importInstead: 'Import a file instead',
  none: 'The catalogue of styles is empty.',
  progress: (name: string) => `${name}: how much has come`,
  arrived: (name: string) => `“${name}” is ready on the left`,
  didNotCome: (name: string) => `“${name}” could not be fetched. More styles tells why.`,
}

const ru: typeof en = {
  title: 'Другие стили',
  intro:
    'Сети, которые обучили и опубликовали авторы статьи о CycleGAN. Solstice обращается к их серверу, только когда вы нажимаете «Скачать», и ничего вашего не отправляет.',
  size: (bytes, exact) => `${exact ? '' : 'около '}${number('ru', Math.round(bytes / megabyte))} МБ`,
  more: 'Лицензия и файл',
  get: 'Скачать',
  goOn: 'Продолжить',
  again: 'Ещё раз',
  cancel: 'Отменить',
  nameOf: (action, name) => `${action}: ${name}`,
  waiting: 'Ждёт предыдущего',
  connecting: 'Соединение',
  checking: 'Проверяется и импортируется',
  came: (done, total) => `${decimal('ru', done / megabyte, 1)} из ${decimal('ru', total / megabyte, 1)} МБ`,
  kept: (done, total) =>
    `Остановлено, скачано ${decimal('ru', done / megabyte, 1)} из ${decimal('ru', total / megabyte, 1)} МБ`,
  here: 'Уже слева',
  address: 'Адрес файла',
  notEncrypted:
    'Соединение с этим сервером не зашифровано: по пути другие видят, что вы скачиваете, и могут это изменить. Solstice примет только сеть ожидаемого вида.',
  copy: 'Скопировать адрес',
  copied: 'Скопировано',
  importInstead: 'Импортировать файл',
  none: 'Каталог стилей пуст.',
  progress: (name) => `${name}: сколько скачано`,
  arrived: (name) => `Стиль «${name}» готов, он слева`,
  didNotCome: (name) => `Стиль «${name}» не скачался. Причина — в разделе «Другие стили».`,
}

export const fetchText: Text<typeof en> = { en, ru }
