/** For tests: a process of its own that writes and locks, and can be killed. */
import { Failure } from '../../../contract/errors.ts'
import { CheckpointStore } from '../checkpoints.ts'
import { lockFolder } from '../../../storage/lock.ts'
import type { FolderLock } from '../../../storage/lock.ts'
import { errandSchema } from './messages.ts'
import type { Errand, News } from './messages.ts'
import { smallParts, sourceOf, stateAt } from './state.ts'

let lock: FolderLock | null = null

function say(news: News): void {
  process.send?.(news)
}

async function run(errand: Errand): Promise<void> {
  switch (errand.kind) {
    case 'write': {
      const store = new CheckpointStore(errand.folder, smallParts)
      const newest = await store.newest()
      for (let step = (newest?.step ?? 0) + 1; ; step++) {
        await store.write(
          step,
          sourceOf(stateAt(step), () => say({ kind: 'reading' })),
        )
        say({ kind: 'written', step })
      }
    }
    case 'relock':
      for (;;) {
        const own = await lockFolder(errand.folder, 'training-busy')
        say({ kind: 'locked' })
        await own.release()
      }
    case 'lock':
      try {
        lock = await lockFolder(errand.folder, 'training-busy')
        say({ kind: 'locked' })
      } catch (thrown) {
        if (!(thrown instanceof Failure) || thrown.code !== 'training-busy') throw thrown
        say({ kind: 'busy' })
      }
      return
    case 'release':
      await lock?.release()
      say({ kind: 'released' })
  }
}

process.on('disconnect', () => process.exit())
process.on('message', (message) => {
  run(errandSchema.parse(message)).catch((thrown: unknown) => say({ kind: 'failed', reason: String(thrown) }))
})
say({ kind: 'ready' })
