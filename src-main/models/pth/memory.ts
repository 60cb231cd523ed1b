/** How much memory a checkpoint may ask for: real ones ask for their own size, or twice that when widened. */
const timesTheFile = 4
const always = 64 * 1024

/** Bytes that may be taken for the contents of a file of that size, unpacked or as tensors. */
export function memoryAllowed(fileSize: number): number {
  return timesTheFile * fileSize + always
}
