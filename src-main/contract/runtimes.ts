/** What computes: the runtimes that there are, what was found out about each on this machine, and which one is taken. */
import { z } from 'zod'

/** Every runtime that the engine knows. What is called by the plain name of a library is that library's CPU. */
export const runtimeNames = [
  'onnxruntime-cpu',
  'onnxruntime-webgpu',
  'onnxruntime-directml',
  'onnxruntime-coreml',
  'onnxruntime-cuda',
  'tensorflow-gpu',
] as const

export const runtimeNameSchema = z.enum(runtimeNames)
export type RuntimeName = z.infer<typeof runtimeNameSchema>

/** Runs everywhere: what is left when all others fail. */
export const lastResort: RuntimeName = 'onnxruntime-cpu'

/** A runtime may translate well and train badly, so each is judged by itself. */
export const purposes = ['translation', 'training'] as const
export const purposeSchema = z.enum(purposes)
export type Purpose = z.infer<typeof purposeSchema>

/** How a runtime did in its examination for one purpose. */
export const verdictSchema = z.object({
  /**
   * `right`: it may compute. `wrong`: it gives other numbers than it should. `absent`: its library or its card is not
   * there. `failed`: it broke, or did not answer.
   */
  outcome: z.enum(['right', 'wrong', 'absent', 'failed']),
  /** The largest difference from the reference values; null if it came to none. */
  difference: z.number().nullable(),
  /** One pass of a generator over 256², or one training step: see `engine/examine.ts`. Null if it was not timed. */
  seconds: z.number().positive().nullable(),
  /** In English, why it is not right. */
  reason: z.string().nullable(),
})
export type Verdict = Readonly<z.infer<typeof verdictSchema>>

export const runtimeReportSchema = z.object({
  name: runtimeNameSchema,
  /** Of the library behind it; null where it does not load. */
  version: z.string().nullable(),
  /** Null: not examined. */
  translation: verdictSchema.nullable(),
  training: verdictSchema.nullable(),
})
export type RuntimeReport = Readonly<z.infer<typeof runtimeReportSchema>>

export const runtimesHereSchema = z.object({
  /** In the order of `runtimeNames`; those that this system may have. */
  reports: z.array(runtimeReportSchema).readonly(),
  /** What computes now. */
  chosen: z.object({ translation: runtimeNameSchema, training: runtimeNameSchema }),
  /** What the user has chosen; null: the fastest that computes the right numbers. */
  pinned: runtimeNameSchema.nullable(),
  /** Graphics cards with their drivers, as the system names them; null before it was asked. */
  cards: z.array(z.string()).readonly().nullable(),
  /** Those that have failed in mid-work since the program's start, or since they were last examined or chosen. */
  failed: z.array(runtimeNameSchema).readonly(),
  /** An examination is under way. */
  examining: z.boolean(),
})
export type RuntimesHere = Readonly<z.infer<typeof runtimesHereSchema>>

/** A runtime failed in mid-work, and what it was doing is done again on another. */
export const fallbackSchema = z.object({
  from: runtimeNameSchema,
  to: runtimeNameSchema,
  /** In English, what went wrong. */
  reason: z.string(),
  /** For this photo alone, or for all that follows. */
  lasting: z.boolean(),
})
export type Fallback = Readonly<z.infer<typeof fallbackSchema>>
