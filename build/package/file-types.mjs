/** The kinds of photos that Solstice offers to open, for the system's "Open with". */

/** @type {readonly { extensions: readonly string[], mimeType: string }[]} */
export const photoTypes = [
  { extensions: ['jpg', 'jpeg'], mimeType: 'image/jpeg' },
  { extensions: ['png'], mimeType: 'image/png' },
  { extensions: ['tif', 'tiff'], mimeType: 'image/tiff' },
  { extensions: ['webp'], mimeType: 'image/webp' },
  { extensions: ['avif'], mimeType: 'image/avif' },
  { extensions: ['heic', 'heif'], mimeType: 'image/heic' },
]
