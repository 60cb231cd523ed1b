/**
 * The journal of a run's losses: a line of JSON a report, added at the end. A program that ends in mid-write leaves a
 * torn line; such a line costs itself and no other.
 */
import { open, readFile } from 'node:fs/promises'
import PQueue from 'p-queue'
import { trainingReportSchema } from '../../contract/training.ts'
import type { TrainingReport } from '../../contract/training.ts'
import { errorCodeOf, readFailure, writeFailure } from '../../photos/failures.ts'
import { writeWhole } from './write-whole.ts'

const newline = 0x0a

interface Line {
  readonly text: string
  readonly report: TrainingReport
}

export class Journal {
  readonly #path: string
  readonly #queue = new PQueue({ concurrency: 1 })

  constructor(path: string) {
    this.#path = path
  }

  /**
   * Adds a report, on a line of its own even where the last one is torn. It is not forced onto the disk: what a loss of
   * power takes from a diagram is not worth that. Throws Failure `disk-full` or `cannot-write`.
   */
  async append(report: TrainingReport): Promise<void> {
    await this.#queue.add(() => this.#append(`${JSON.stringify(report)}\n`))
  }

  /** All whole reports; none where there is no journal. */
  async read(): Promise<readonly TrainingReport[]> {
    return linesOf(await this.#text()).map(({ report }) => report)
  }

  /**
   * Drops the reports beyond a step, which a run that goes on from there makes again, and lines that are damaged.
   * Throws Failure `disk-full` or `cannot-write`; then the journal is what it was.
   */
  async cutAfter(step: number): Promise<void> {
    await this.#queue.add(async () => {
      const text = await this.#text()
      const kept = linesOf(text).map((line) => (line.report.step <= step ? `${line.text}\n` : ''))
      if (kept.join('') !== text) await writeWhole(this.#path, [Buffer.from(kept.join(''))])
    })
  }

  async #append(line: string): Promise<void> {
    try {
      const handle = await open(this.#path, 'a+')
      try {
        const { size } = await handle.stat()
        const end = Buffer.of(newline)
        if (size > 0) await handle.read(end, 0, 1, size - 1)
        await handle.writeFile(end[0] === newline ? line : `\n${line}`)
      } finally {
        await handle.close()
      }
    } catch (thrown) {
      throw writeFailure(thrown, this.#path)
    }
  }

  async #text(): Promise<string> {
    try {
      return await readFile(this.#path, 'utf8')
    } catch (thrown) {
      if (errorCodeOf(thrown) === 'ENOENT') return ''
      throw readFailure(thrown, this.#path)
    }
  }
}

function linesOf(journal: string): readonly Line[] {
  return journal.split('\n').flatMap((text) => {
    const report = reportOf(text)
    return report === null ? [] : [{ text, report }]
  })
}

function reportOf(line: string): TrainingReport | null {
  try {
    return trainingReportSchema.safeParse(JSON.parse(line)).data ?? null
  } catch {
    return null
  }
}
