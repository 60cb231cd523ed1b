/** The pictures of both sides that an evaluation looks at. */
import { basename } from 'node:path'
import { Failure } from '../contract/errors.ts'
import type { Direction } from '../contract/schemas.ts'
import { readFolder, type PictureFile, type UnreadableFile } from '../training/data/folder.ts'
import { spread } from './spread.ts'

export const sides = ['a', 'b'] as const
export type Side = (typeof sides)[number]
export type OfSides<Value> = Readonly<Record<Side, Value>>

export const sourceOf = (direction: Direction): Side => (direction === 'AtoB' ? 'a' : 'b')
export const targetOf = (direction: Direction): Side => (direction === 'AtoB' ? 'b' : 'a')

export interface SidePictures {
  readonly files: readonly PictureFile[]
  readonly unreadable: readonly UnreadableFile[]
}

/**
 * All pictures of a folder, however deep, in the order of names; or `limit` of them, evenly spread over that order, so
 * that the same folder gives the same ones. Throws `Failure`: as `readFolder` does, and `too-few-pictures` where there
 * is none.
 */
export async function picturesOf(
  folder: string,
  limit: number | undefined,
  signal?: AbortSignal,
): Promise<SidePictures> {
  const { files, unreadable } = await readFolder(folder, signal)
  if (files.length === 0) throw new Failure('too-few-pictures', basename(folder), 'there is none')
  const chosen = spread(files.length, limit ?? files.length).flatMap((index) => files[index] ?? [])
  return { files: chosen, unreadable }
}
