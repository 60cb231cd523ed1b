/** The pictures of the `photo:` protocol, and their addresses. */

/** `id` is a photo's for the first two and a conversion's for the others. */
export const pictureKinds = [
  /** Small, for grids (long side 512). */
  'thumbnail',
  /** The photo for the screen (long side at most 2560). */
  'view',
  /** x: the photo as the network saw it, same pixels as the result. */
  'before',
  /** G(x) at full strength. */
  'after',
  /** The same, small. */
  'after-thumbnail',
  /** F(G(x)). */
  'reconstruction',
  /** |F(G(x)) − x| as a heat map, see `heat-map.ts`. */
  'difference',
] as const
export type PictureKind = (typeof pictureKinds)[number]

export const photoScheme = 'photo'

/** `photo://thumbnail/<id>`; the host names the kind, the path the id. */
export const photoUrl = (kind: PictureKind, id: string): string => `${photoScheme}://${kind}/${id}`
