/** What the window and the terminal say about a component beside its licence. */

/** @typedef {{ en: string, ru: string }} Note */

/** How the LGPL is met: nothing of it is linked into our own code or hidden in an archive.
 * @type {Note} */
export const replaceable = {
  en: 'Unchanged, in a file of its own that is loaded when the program runs: you may put your own build in its place. The source is at the address above.',
  ru: 'Без изменений, отдельным файлом, который загружается при работе программы: его можно заменить своей сборкой. Исходный код — по адресу выше.',
}

/** @type {Note} */
export const ownProcess = {
  en: 'Unchanged; it runs as a program of its own, and Solstice only talks to it. Its Perl source is what is shipped.',
  ru: 'Без изменений; работает отдельной программой, Solstice только обменивается с ней данными. Поставляется исходный код на Perl.',
}

/** @type {Note} */
export const inChromium = {
  en: 'Part of Electron. The licences of everything in it are in “Chromium’s licences”.',
  ru: 'Часть Electron. Лицензии всего, что в нём есть, — в «Лицензиях Chromium».',
}

/** @type {Note} */
export const mozjpeg = {
  en: 'This software is based in part on the work of the Independent JPEG Group.',
  ru: 'Программа частично основана на работе Independent JPEG Group.',
}

/** @type {Note} */
export const freetype = {
  en: 'Portions of this software are copyright © The FreeType Project (freetype.org). All rights reserved.',
  ru: 'Части программы © The FreeType Project (freetype.org). Все права защищены.',
}

/** @type {Note} */
export const aomPatents = {
  en: 'Its patents are licensed under the Alliance for Open Media Patent License 1.0: aomedia.org/license/patent-license',
  ru: 'Патенты — по лицензии Alliance for Open Media Patent License 1.0: aomedia.org/license/patent-license',
}

/** @type {Note} */
export const scaled = {
  en: 'Scaled down; otherwise as the author made it.',
  ru: 'Уменьшена; в остальном — как у автора.',
}
