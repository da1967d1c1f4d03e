import { expect, setDefaultTimeout, test } from 'bun:test'
import { copyFileSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { attach, traceable } from '../support/crash/strace.ts'
import { ailments, wrongs } from '../support/crash/verify.ts'
import { createLedger, settle, unthrottled, write } from '../support/crash/writers.ts'
import { clip } from '../support/media/clips.ts'
import { program, spawnServer } from '../support/spawn.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(120_000)

/** With so many bytes in the log, some of them are copied and not synced. */
const someBytes = 24 << 20

/** What tells a log from the one that it was before it began anew. */
const saltsOf = (log: string) => readFileSync(log).subarray(12, 24).toString('hex')

// Pages that SQLite has counted as copied, and that a failed sync has lost, are in the log alone. It must
// not begin anew, whatever a later sync says; so the file as it was before, with that log, has everything.
test.skipIf(!traceable)(
  'a sync of the database file that fails under load ends the server, and the log has everything',
  async () => {
    // On a busy machine the log may begin anew, as it may, before the first sync fails; then nothing is known.
    for (let tries = 0; tries < 4; tries++) if (await isKnown()) return
    throw new Error('the log began anew each time before a sync failed')

    async function isKnown(): Promise<boolean> {
      const { path, clean } = temporaryDirectory()
      const data = join(path, 'data')
      const trace = join(path, 'trace')
      const file = join(data, 'douyin.db')
      const common = readFileSync(await clip('h264'))
      const ledger = createLedger()
      try {
        {
          await using server = await spawnServer(program, data, { cwd: '/', flags: unthrottled })
          await settle(server, ledger, 16, common)
          await server.end('SIGTERM')
        }
        copyFileSync(file, join(path, 'before.db'))
        await using server = await spawnServer(program, data, { cwd: '/', flags: unthrottled })
        const writing = write(server, ledger, { writers: 16, common, growth: 0 })
        await until(() => statSync(`${file}-wal`).size > 0)
        const salts = saltsOf(`${file}-wal`)
        await until(() => statSync(`${file}-wal`).size > someBytes)
        const failing = ['-P', file, '-e', 'trace=fsync', '-e', 'inject=fsync:error=EIO']
        await attach(server.pid, failing, trace)
        const isSame = saltsOf(`${file}-wal`) === salts
        // A sync that fails with all of the log copied at once loses nothing; sooner or later one does.
        await writing.done
        expect(readFileSync(trace, 'latin1')).toContain('(INJECTED)')
        expect(server.output()).toContain('douyin ends here')
        if (!isSame) return false
        rmSync(`${file}-shm`)
        copyFileSync(join(path, 'before.db'), file)
        expect(ledger.wrong).toEqual([])
        expect(wrongs(data, ledger.entries)).toEqual([])
        expect(await ailments(data, false)).toEqual([])
        return true
      } finally {
        clean()
      }
    }
  },
)
