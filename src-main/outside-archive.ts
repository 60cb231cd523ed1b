/** Where the packaged program keeps what others than Electron must find as a file: beside its archive, not in it. */

/** The place of a file of the program's that the packager unpacks (`asarUnpack`); the same path when not packaged. */
export const outsideArchive = (path: string): string =>
  path.replace(/([\\/])app\.asar(?=[\\/])/, '$1app.asar.unpacked')
