/** A few of many, evenly spread: so that the same folder gives the same pictures. */

/** `count` places or fewer, evenly over 0 … length − 1. */
export function spread(length: number, count: number): readonly number[] {
  const taken = Math.min(length, count)
  return Array.from({ length: taken }, (_, index) => Math.floor(((index + 0.5) * length) / taken))
}
