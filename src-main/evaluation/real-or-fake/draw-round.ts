/** Which pictures come in a round, in which order: as many real as translated, each picture once, drawn from a seed. */
import { practiceTrials, type PictureOfRound } from '../../contract/evaluation.ts'
import { randomAt, shuffled } from '../../engine/random.ts'

/** Of the numbers drawn for a round: what for. */
const places = { practice: 0, counted: 1, translated: 2, real: 3 } as const

/**
 * One kind for each trial. In the practice there are as many of one kind as of the other, and so there are behind it; of
 * an odd number the translated ones are one more, since they are asked about.
 */
export function drawKinds(trials: number, seed: number): readonly PictureOfRound[] {
  const practice = Math.min(practiceTrials, trials)
  return [
    ...mixed(practice, randomAt(seed, 'round', places.practice)),
    ...mixed(trials - practice, randomAt(seed, 'round', places.counted)),
  ]
}

function mixed(count: number, uniform: () => number): readonly PictureOfRound[] {
  const translated = Math.ceil(count / 2)
  return shuffled(count, uniform).map((place) => (place < translated ? 'translated' : 'real'))
}

/** The order in which the pictures of a folder are tried: places 0 … count − 1, each once. */
export function drawOrder(count: number, kind: PictureOfRound, seed: number): readonly number[] {
  return shuffled(count, randomAt(seed, 'round', places[kind]))
}

/** How many pictures of each kind a round needs. */
export function needed(trials: number): Readonly<Record<PictureOfRound, number>> {
  const kinds = drawKinds(trials, 0)
  const count = (wanted: PictureOfRound): number => kinds.filter((kind) => kind === wanted).length
  return { real: count('real'), translated: count('translated') }
}
