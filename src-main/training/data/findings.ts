/** From what was seen of two folders to what the user should know before training on them. */
import {
  maxListedFiles,
  type Finding,
  type FindingFile,
  type FindingKind,
  type FindingOf,
  type Severity,
  type Side,
} from '../../contract/training-findings.ts'
import { findShared, type Copy } from './copies.ts'
import type { UnreadableFile } from './folder.ts'
import type { SurveyedPicture } from './survey.ts'
import { compareTones } from './compare-tones.ts'

/** One side, taken apart. */
export interface SortedFolder {
  /** Files that by their names are pictures. */
  readonly found: number
  readonly unreadable: readonly UnreadableFile[]
  /** Scaled, a side of theirs is shorter than the crop. */
  readonly tooSmall: readonly SurveyedPicture[]
  readonly usable: readonly SurveyedPicture[]
  /** Places in `usable`. */
  readonly copies: readonly Copy[]
  /** Without the copies. */
  readonly different: readonly SurveyedPicture[]
}

/** A tenth of a folder is worth a warning, less a note. */
const notable = 0.1
/** The paper itself enlarges 256 to 286, that is 1.12 times; from here on it shows. */
const visibleEnlargement = 1.2
/** When so much of the smaller folder is in the other, they are no two sides. */
const sameFolder = 0.5
/**
 * Below the first, crops are variations of a handful of pictures. From 100 on there are good results with augmentation
 * (DiffAugment, Zhao et al., NeurIPS 2020). The smallest folder of the paper of CycleGAN itself is Van Gogh's: 400.
 */
const wanted = { atLeast: 8, fair: 100, good: 300 } as const

/** The gravest first, those of folder A before those of B. */
export function findingsOf(a: SortedFolder, b: SortedFolder, crop: number): readonly Finding[] {
  const found = [
    ...ofFolder('a', a, crop),
    ...ofFolder('b', b, crop),
    ...inBoth(a, b),
    ...compareTones(tonesOf(a), tonesOf(b)),
  ]
  const ranks: Readonly<Record<Severity, number>> = { stop: 0, warn: 1, info: 2 }
  return found.toSorted((one, other) => ranks[one.severity] - ranks[other.severity])
}

const tonesOf = ({ different }: SortedFolder) => different.map(({ tone }) => tone)

function ofFolder(side: Side, folder: SortedFolder, crop: number): readonly Finding[] {
  const { found, unreadable, tooSmall, usable, copies, different } = folder
  if (found === 0) return [finding('no-pictures', 'stop', side, [], {})]
  const enlarged = usable.filter((picture) => enlargement(picture) > visibleEnlargement)
  const grey = usable.filter(({ tone }) => tone.isGrey)
  const gradeOf = (some: number): Severity => (some > notable * usable.length ? 'warn' : 'info')
  const named = (pictures: readonly SurveyedPicture[]): FindingFile[] =>
    pictures.map(({ file }) => ({ side, name: file.name }))
  const findings: Finding[] = []
  if (unreadable.length > 0) {
    const files = unreadable.map(({ name, failure }) => ({ side, name, failure }))
    const numbers = { unreadable: unreadable.length, pictures: found }
    findings.push(finding('unreadable', 'warn', side, files, numbers))
  }
  if (tooSmall.length > 0) {
    const numbers = { smaller: tooSmall.length, pictures: found, crop }
    findings.push(finding('smaller-than-crop', 'warn', side, named(tooSmall), numbers))
  }
  if (enlarged.length > 0) {
    const factor = Math.max(...enlarged.map(enlargement))
    const numbers = { enlarged: enlarged.length, pictures: usable.length, factor }
    findings.push(finding('enlarged', gradeOf(enlarged.length), side, named(enlarged), numbers))
  }
  if (copies.length > 0) {
    const exact = copies.filter(({ isExact }) => isExact).length
    const files = copies.map((copy) => pairOf(copy, { side, usable }, { side, usable }))
    const numbers = { copies: copies.length, exact, different: different.length }
    findings.push(finding('copies', gradeOf(copies.length), side, files, numbers))
  }
  if (grey.length > 0 && grey.length < usable.length) {
    const numbers = { grey: grey.length, pictures: usable.length }
    findings.push(finding('some-grey', gradeOf(grey.length), side, named(grey), numbers))
  }
  return [...findings, ...tooFew(side, different.length)]
}

function tooFew(side: Side, different: number): readonly Finding[] {
  const say = (severity: Severity, least: number): Finding =>
    finding('too-few', severity, side, [], { different, wanted: least })
  if (different < wanted.atLeast) return [say('stop', wanted.atLeast)]
  if (different < wanted.fair) return [say('warn', wanted.good)]
  return different < wanted.good ? [say('info', wanted.good)] : []
}

function inBoth(a: SortedFolder, b: SortedFolder): readonly Finding[] {
  const shared = findShared(
    a.different.map(({ look }) => look),
    b.usable.map(({ look }) => look),
  )
  if (shared.length === 0) return []
  const exact = shared.filter(({ isExact }) => isExact).length
  const share = Math.min(1, shared.length / Math.min(a.different.length, b.different.length))
  const files = shared.map((copy) =>
    pairOf(copy, { side: 'a', usable: a.different }, { side: 'b', usable: b.usable }),
  )
  const severity = share >= sameFolder ? 'stop' : 'warn'
  return [finding('in-both-folders', severity, null, files, { shared: shared.length, exact, share })]
}

interface Named {
  readonly side: Side
  readonly usable: readonly SurveyedPicture[]
}

function pairOf({ index, of }: Copy, own: Named, other: Named): FindingFile {
  const nameIn = ({ usable }: Named, place: number): string => usable[place]?.file.name ?? ''
  return {
    side: own.side,
    name: nameIn(own, index),
    twin: { side: other.side, name: nameIn(other, of) },
  }
}

/** How many times wider than in its file. */
const enlargement = ({ original, scaled }: SurveyedPicture): number => scaled.width / original.width

type Parts<Kind extends FindingKind> = FindingOf<Kind>

/** A finding that lists the first of its files. */
function finding<Kind extends FindingKind>(
  kind: Kind,
  severity: Severity,
  side: Parts<Kind>['side'],
  files: readonly FindingFile[],
  numbers: Parts<Kind>['numbers'],
) {
  return { kind, severity, side, count: files.length, files: files.slice(0, maxListedFiles), numbers }
}
