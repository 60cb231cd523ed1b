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

/** What a sample of a training shows. */
export const sampleKinds = ['x', 'translated', 'reconstructed'] as const
export type SampleKind = (typeof sampleKinds)[number]

/** Sample number `index` of a side, after so many steps; `x` is the same after all of them. */
export interface SamplePicture {
  readonly runId: string
  readonly step: number
  readonly side: 'a' | 'b'
  readonly index: number
  readonly kind: SampleKind
}

export const sampleHost = 'sample'

/** `photo://sample/<run>/<step>/<side>/<index>/<kind>` */
export const sampleUrl = ({ runId, step, side, index, kind }: SamplePicture): string =>
  `${photoScheme}://${sampleHost}/${runId}/${step}/${side}/${index}/${kind}`

export const findingHost = 'finding'

/** A file that a finding names, small: `photo://finding/<check>/<finding>/<file>/<file or twin>`, both by number. */
export const findingUrl = (checkId: string, finding: number, file: number, of: 'file' | 'twin'): string =>
  `${photoScheme}://${findingHost}/${checkId}/${finding}/${file}/${of}`

export const trialHost = 'trial'

/** A picture of a round of real or fake, from 0 on: `photo://trial/<round>/<trial>`. The address tells nothing of it. */
export const trialUrl = (roundId: string, trial: number): string =>
  `${photoScheme}://${trialHost}/${roundId}/${trial}`

export const exportHost = 'export'

/** A photo of a batch, small, as it was or as it came out: `photo://export/<batch>/<item>/<before or after>`. */
export const exportPictureUrl = (batchId: string, item: number, of: 'before' | 'after'): string =>
  `${photoScheme}://${exportHost}/${batchId}/${item}/${of}`
