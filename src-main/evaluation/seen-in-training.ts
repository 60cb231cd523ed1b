/** Whether a style has learned from the very pictures that it is to be judged by. */
import { readdir } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type { Model } from '../models/shelf.ts'
import { readCard } from '../models/read-card.ts'
import type { PictureFile } from '../training/data/folder.ts'
import { readPictures, readRecord, runPaths } from '../training/run-file.ts'
import { sides, type OfSides } from './sides.ts'

/**
 * How many of the pictures are in the run that made the model: a run whose folder the model was opened from, or one of
 * `runs` with the same weights. Null where there is no such run any more, or never was one here. Pictures are the same
 * by name and size, so copies are found, too.
 */
export async function seenInTraining(
  model: Model,
  openedFrom: string,
  runs: string,
  pictures: OfSides<{ readonly files: readonly PictureFile[] }>,
): Promise<OfSides<number> | null> {
  const run = await runOf(model, openedFrom, runs)
  const trained = run === null ? null : await readPictures(run).catch(() => null)
  if (trained === null) return null
  const seen = new Set(sides.flatMap((side) => trained[side].map(keyOf)))
  const count = (files: readonly PictureFile[]): number =>
    files.filter((file) => seen.has(keyOf(file))).length
  return { a: count(pictures.a.files), b: count(pictures.b.files) }
}

const keyOf = ({ path, bytes }: Pick<PictureFile, 'path' | 'bytes'>): string => `${basename(path)} ${bytes}`

async function runOf(model: Model, openedFrom: string, runs: string): Promise<string | null> {
  const names = await readdir(runs).catch(() => [])
  const candidates = [dirname(resolve(openedFrom)), ...names.map((name) => join(runs, name))]
  for (const folder of candidates) {
    if ((await readRecord(folder).catch(() => null)) === null) continue
    const kept = await readCard(runPaths(folder).model, model.card.id).catch(() => null)
    if (kept !== null && model.directions.every((way) => sameFile(kept.files[way], model.card.files[way])))
      return folder
  }
  return null
}

const sameFile = (one: { sha256: string } | undefined, other: { sha256: string } | undefined): boolean =>
  one !== undefined && one.sha256 === other?.sha256
