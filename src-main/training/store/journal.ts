/** The journal of a run's losses. It is not forced onto the disk: a loss of power takes the end of a diagram. */
import { trainingReportSchema } from '../../contract/training.ts'
import { Journal } from '../../storage/journal.ts'

export class LossJournal extends Journal<typeof trainingReportSchema> {
  constructor(path: string) {
    super(path, trainingReportSchema, { synced: false })
  }

  /** Drops the reports beyond a step, which a run that goes on from there makes again. Throws as `keep` does. */
  async cutAfter(step: number): Promise<void> {
    await this.keep((report) => report.step <= step)
  }
}
