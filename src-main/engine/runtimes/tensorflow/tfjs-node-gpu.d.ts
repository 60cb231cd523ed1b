/** What we need of the types of an optional package: the compiler must not ask whether it is installed. */
declare module '@tensorflow/tfjs-node-gpu' {
  const library: typeof import('@tensorflow/tfjs-core')
  export = library
}
