import { join } from 'node:path'
import { createSqliteStore } from '../../src/store/sqlite/engine/create.ts'
import { storeSuite } from '../ports/store.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

storeSuite('SQLite', async () => {
  const directory = temporaryDirectory()
  const store = createSqliteStore(join(directory.path, 'douyin.db'))
  return {
    store,
    async close() {
      await store.close()
      directory.clean()
    },
  }
})
