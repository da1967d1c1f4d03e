import { expect, setDefaultTimeout, test } from 'bun:test'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { ailments, completed, isComplete } from '../support/crash/verify.ts'
import { createLedger, settle, unthrottled, write } from '../support/crash/writers.ts'
import { clip } from '../support/media/clips.ts'
import { program, spawnServer } from '../support/spawn.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(120_000)

// Who copies `douyin.db` by hand forgets its log. What is only in there, after hours without a write,
// would be missing from the copy.
test('when nobody writes, the database file alone becomes complete', async () => {
  const { path, clean } = temporaryDirectory()
  const common = readFileSync(await clip('h264'))
  const ledger = createLedger()
  try {
    await using server = await spawnServer(program, path, { flags: unthrottled })
    await settle(server, ledger, 4, common)
    for (let round = 0; round < 3; round++) {
      await write(server, ledger, { writers: 4, common, deeds: 20 }).done
      const written = performance.now()
      await completed(path, ledger.entries)
      const seconds = (performance.now() - written) / 1000
      console.log(`      complete ${seconds.toFixed(1)} s after the last write`)
    }
    // What lay in it could be replayed over an older file that somebody puts back.
    await until(() => statSync(join(path, 'douyin.db-wal')).size === 0)
    await server.end('SIGKILL')
    expect(ledger.wrong).toEqual([])
    expect(isComplete(path, ledger.entries)).toBe(true)
    expect(await ailments(path, false)).toEqual([])
  } finally {
    clean()
  }
})
