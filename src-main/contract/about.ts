/** What About tells: versions, and what Solstice is made of with its licences. */
import { z } from 'zod'
import { localisedSchema } from './schemas.ts'

export const componentSchema = z.object({
  id: z.string().min(1).max(300),
  name: z.string(),
  /** Null where it has none, or the build could not find it out. */
  version: z.string().nullable(),
  /** An SPDX expression; `LicenseRef-style-card`: what a style's card says. */
  licence: z.string(),
  copyright: z.array(z.string()),
  homepage: z.string().nullable(),
  /** `program`, `window`: packages of code, `window` for those built into the window; `library`: inside of a package. */
  use: z.enum(['program', 'window', 'electron', 'library', 'picture', 'style']),
  /** The id of the component that it is inside of. */
  within: z.string().nullable(),
  note: localisedSchema.nullable(),
})
export type Component = Readonly<z.infer<typeof componentSchema>>

export const aboutSchema = z.object({
  versions: z.object({
    solstice: z.string(),
    electron: z.string(),
    chromium: z.string(),
    node: z.string(),
    /** Null where its package is not among the parts. */
    onnxRuntime: z.string().nullable(),
  }),
  own: componentSchema,
  /** By name. */
  components: z.array(componentSchema),
})
export type About = Readonly<z.infer<typeof aboutSchema>>
