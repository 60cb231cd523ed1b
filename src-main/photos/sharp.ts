/** The picture library, loaded when the first picture is needed. */
import { bindSharp } from './bind-sharp.ts'

export type SharpFactory = (typeof import('sharp'))['default']

let loaded: Promise<SharpFactory> | undefined

export function loadSharp(): Promise<SharpFactory> {
  loaded ??= load()
  return loaded
}

async function load(): Promise<SharpFactory> {
  await bindSharp()
  const { default: sharp } = await import('sharp')
  // libvips remembers files by name: it would show the old picture after a file changed, and on Windows keep it open.
  sharp.cache(false)
  return sharp
}

/** Takes what cameras write a little wrong (stray bytes between markers), refuses what ends too soon. */
export const failOn = 'error'
