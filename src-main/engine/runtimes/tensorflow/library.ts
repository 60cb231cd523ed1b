/** What is wanted of TensorFlow.js: the functions of its core, over whichever backend they run. */
import type * as core from '@tensorflow/tfjs-core'

export type Library = typeof core
export type Tensor = core.Tensor

export interface LoadedLibrary {
  readonly tf: Library
  /** Of the library, and of the native one behind it where there is one. */
  readonly version: string
}

/** Throws an Error with a plain reason where it cannot be loaded. */
export type LoadLibrary = () => Promise<LoadedLibrary>
