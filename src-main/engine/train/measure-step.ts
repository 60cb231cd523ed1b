/** How long a training step takes on a runtime. */
import type { Pixels, TrainerSettings } from '../protocol.ts'
import type { TrainingRuntime } from '../runtimes/runtime.ts'
import { Trainer } from './trainer.ts'

/** The first step of a session takes longer than the others. */
const measuredSteps = 2

/** Seconds of a step of these settings, on pictures of nothing in particular. Throws what the runtime throws. */
export async function measureStep(runtime: TrainingRuntime, settings: TrainerSettings): Promise<number> {
  const pictures = Array.from({ length: settings.batch }, () => pattern(settings.crop))
  const trainer = await Trainer.start(runtime, { ...settings, warmUp: 0 }, { kind: 'begin' }, {})
  try {
    const seconds: number[] = []
    for (let number = 1; number <= 1 + measuredSteps; number++) {
      const started = performance.now()
      await trainer.step(number, pictures, pictures)
      seconds.push((performance.now() - started) / 1000)
    }
    return Math.min(...seconds.slice(1))
  } finally {
    await trainer.release()
  }
}

/** A picture with something in every place. */
export function pattern(side: number, seed = 0): Pixels {
  return {
    ...{ width: side, height: side, channels: 3 },
    data: new Uint8Array(3 * side * side).map((_, index) => ((index + seed) * 37) % 251),
  }
}
