/** The one way in which a result finds a name beside what is there already. */
import { basename } from 'node:path'
import { Failure } from '../contract/errors.ts'
import { nthName } from './names.ts'

const namesToTry = 10_000

/**
 * Lets `write` try `path`, then `path-2`, `path-3`, … until it does not fail with `file-exists`. Throws what it throws
 * else, and `file-exists` where very many names are taken.
 */
export async function underFreeName<Value>(
  path: string,
  write: (target: string) => Promise<Value>,
): Promise<Value> {
  for (let n = 1; n <= namesToTry; n++) {
    try {
      return await write(nthName(path, n))
    } catch (thrown) {
      if (!(thrown instanceof Failure) || thrown.code !== 'file-exists') throw thrown
    }
  }
  throw new Failure('file-exists', basename(path))
}
