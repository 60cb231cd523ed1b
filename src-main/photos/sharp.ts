/** The picture library, loaded when the first picture is needed. */

export type SharpFactory = (typeof import('sharp'))['default']

let loaded: Promise<SharpFactory> | undefined

export function loadSharp(): Promise<SharpFactory> {
  loaded ??= import('sharp').then(({ default: sharp }) => {
    // libvips remembers files by name: it would show the old picture after a file changed, and on Windows keep it open.
    sharp.cache(false)
    return sharp
  })
  return loaded
}

/** Takes what cameras write a little wrong (stray bytes between markers), refuses what ends too soon. */
export const failOn = 'error'
