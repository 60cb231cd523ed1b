/**
 * What a look at two training folders finds, as one union of kinds, before anything starts. Window and terminal show
 * the sentences of `training-findings-text.ts`.
 */
import { z } from 'zod'
import { failureSchema } from './errors.ts'

/** Folder A or folder B. */
export const sideSchema = z.enum(['a', 'b'])
export type Side = z.infer<typeof sideSchema>

/** `stop`: training makes no sense. `warn`: the result will suffer. `info`: good to know. */
export const severitySchema = z.enum(['stop', 'warn', 'info'])
export type Severity = z.infer<typeof severitySchema>

const name = z.string().max(4096)

export const findingFileSchema = z.object({
  side: sideSchema,
  /** Relative to its folder. */
  name,
  /** Why it cannot be read. */
  failure: failureSchema.optional(),
  /** The picture that it repeats. */
  twin: z.object({ side: sideSchema, name }).optional(),
})
export type FindingFile = Readonly<z.infer<typeof findingFileSchema>>

/** A finding tells the first of its files; `count` is how many there are. */
export const maxListedFiles = 50

const count = z.number().int().nonnegative()
const share = z.number().min(0).max(1)

const finding = <Kind extends string, Concerns extends z.ZodType, Numbers extends z.ZodRawShape>(
  kind: Kind,
  side: Concerns,
  numbers: Numbers,
) =>
  z.object({
    kind: z.literal(kind),
    severity: severitySchema,
    side,
    count,
    files: z.array(findingFileSchema).max(maxListedFiles),
    numbers: z.object(numbers),
  })

const both = z.null()

export const findingSchema = z.discriminatedUnion('kind', [
  /** No file that by its name is a picture. */
  finding('no-pictures', sideSchema, {}),
  finding('unreadable', sideSchema, { unreadable: count, pictures: count }),
  /** Scaled, a side is shorter than the crop: they are left out. */
  finding('smaller-than-crop', sideSchema, { smaller: count, pictures: count, crop: count }),
  /** They have far fewer pixels than they are trained with. `factor`: how far the smallest is enlarged. */
  finding('enlarged', sideSchema, { enlarged: count, pictures: count, factor: z.number() }),
  /** Nearly (or, `exact` of them, exactly) the same as another of the same folder. */
  finding('copies', sideSchema, { copies: count, exact: count, different: count }),
  /** In both folders; `share` of the smaller one's pictures. */
  finding('in-both-folders', both, { shared: count, exact: count, share }),
  /** Different pictures that can be used, and how many would be wanted. */
  finding('too-few', sideSchema, { different: count, wanted: count }),
  finding('some-grey', sideSchema, { grey: count, pictures: count }),
  /** One side is black and white, the other in colour; the shares of grey pictures. */
  finding('grey-against-colour', both, { greyA: share, greyB: share }),
  /** `told`: of one picture of each side, how often brightness alone tells which is which. Means: 0…1. */
  finding('brightness-tells', both, { told: share, brightnessA: share, brightnessB: share }),
  /** The same by colour, whatever the brightness. */
  finding('colour-tells', both, { told: share }),
  /** Neither light nor colour nor texture tells the sides apart. */
  finding('hard-to-tell', both, { told: share }),
])
export type Finding = Readonly<z.infer<typeof findingSchema>>
export type FindingKind = Finding['kind']
export type FindingOf<Kind extends FindingKind> = Extract<Finding, { readonly kind: Kind }>

/** A folder in numbers. */
export const folderSummarySchema = z.object({
  /** Files that by their names are pictures. */
  pictures: count,
  /** Those that can be read and cut. */
  usable: count,
  /** Those without the copies. */
  different: count,
  /** Black and white ones among the usable. */
  grey: count,
  /** Means over the different ones, 0…1; null where there is none. */
  brightness: share.nullable(),
  colourfulness: share.nullable(),
})
export type FolderSummary = Readonly<z.infer<typeof folderSummarySchema>>
