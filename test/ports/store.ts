import { describe } from 'bun:test'
import type { MakeStore } from './harness.ts'
import { accountsSuite } from './store-accounts.ts'
import { blocksSuite } from './store-blocks.ts'
import { jobsSuite } from './store-jobs.ts'
import { listsSuite } from './store-lists.ts'
import { mediaSuite } from './store-media.ts'
import { messagesSuite } from './store-messages.ts'
import { modelSuite } from './store-model.ts'
import { noticesSuite } from './store-notices.ts'
import { recordsSuite } from './store-records.ts'
import { removalSuite } from './store-removal.ts'
import { reportsSuite } from './store-reports.ts'
import { searchSuite } from './store-search.ts'
import { seedingSuite } from './store-seeding.ts'
import { sessionsSuite } from './store-sessions.ts'
import { usersSuite } from './store-users.ts'
import { wholeSuite } from './store-whole.ts'
import { worksSuite } from './store-works.ts'

/**
 * What port `Store` promises, for whatever engine stands behind it. Only the port is used, so the
 * next engine runs the same tests by handing over how an empty store of it is made.
 */
export function storeSuite(engine: string, make: MakeStore): void {
  describe(`store on ${engine}`, () => {
    usersSuite(make)
    sessionsSuite(make)
    worksSuite(make)
    listsSuite(make)
    messagesSuite(make)
    noticesSuite(make)
    blocksSuite(make)
    reportsSuite(make)
    jobsSuite(make)
    mediaSuite(make)
    recordsSuite(make)
    accountsSuite(make)
    removalSuite(make)
    seedingSuite(make)
    searchSuite(make)
    modelSuite(make)
    wholeSuite(make)
  })
}
