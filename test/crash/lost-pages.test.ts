import { expect, setDefaultTimeout, test } from 'bun:test'
import { copyFileSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { traceable, traced } from '../support/crash/strace.ts'
import { ailments, wrongs } from '../support/crash/verify.ts'
import { createLedger, settle, unthrottled, write } from '../support/crash/writers.ts'
import { clip } from '../support/media/clips.ts'
import { program, spawnServer } from '../support/spawn.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(120_000)

/** The numbers that SQLite draws when it begins a log, of https://sqlite.org/fileformat2.html#walformat */
const saltsOf = (log: string) => readFileSync(log).subarray(16, 24).toString('hex')

// Pages that SQLite has counted as copied, and that a failed sync has lost, are in the log alone. It must
// not begin anew, whatever a later sync says; so the file as it was before, with that log, has everything.
test.skipIf(!traceable)(
  'a sync of the database file that fails under load ends the server, and the log has everything',
  async () => {
    const { path, clean } = temporaryDirectory()
    const data = join(path, 'data')
    const trace = join(path, 'trace')
    const file = join(data, 'douyin.db')
    const log = `${file}-wal`
    const common = readFileSync(await clip('h264'))
    const ledger = createLedger()
    try {
      {
        await using server = await spawnServer(program, data, { cwd: '/', flags: unthrottled })
        await settle(server, ledger, 16, common)
        await server.end('SIGTERM')
      }
      copyFileSync(file, join(path, 'before.db'))
      // From the start on: a log of which a sync has brought all into the file rightly begins anew.
      const failing = ['-P', file, '-e', 'trace=fsync', '-e', 'inject=fsync:error=EIO']
      const command = traced(failing, trace, program)
      await using server = await spawnServer(command, data, { cwd: '/', flags: unthrottled })
      const writing = write(server, ledger, { writers: 16, common, growth: 0 })
      await until(() => statSync(log).size > 0)
      const salts = saltsOf(log)
      // A sync that fails with all of the log copied at once loses nothing; sooner or later one does.
      await writing.done
      expect(readFileSync(trace, 'latin1')).toContain('(INJECTED)')
      expect(server.output()).toContain('douyin ends here')
      expect(saltsOf(log)).toBe(salts)
      rmSync(`${file}-shm`)
      copyFileSync(join(path, 'before.db'), file)
      expect(ledger.wrong).toEqual([])
      expect(wrongs(data, ledger.entries)).toEqual([])
      expect(await ailments(data, false)).toEqual([])
    } finally {
      clean()
    }
  },
)
