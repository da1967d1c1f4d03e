import { eq } from 'drizzle-orm'
import type { Jobs } from '../../../media.ts'
import { written } from '../../commit/group-commit.ts'
import type { QueryContext } from '../../engine/query-context.ts'
import { mediaRates } from '../../engine/schema.ts'

/** How fast each media engine was measured to be. */
export function createMediaRates({
  db,
  commitAlone,
}: QueryContext): Pick<Jobs, 'rate' | 'setRate'> {
  return {
    async rate(engine) {
      const found = db.select().from(mediaRates).where(eq(mediaRates.engine, engine)).get()
      return found?.workPerSecond ?? null
    },
    setRate: (engine, workPerSecond) =>
      commitAlone(() => {
        const row = { engine, workPerSecond }
        db.insert(mediaRates)
          .values(row)
          .onConflictDoUpdate({ target: mediaRates.engine, set: { workPerSecond } })
          .run()
        return written(undefined)
      }),
  }
}
