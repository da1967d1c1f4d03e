// Any other program that opens the database by SQLite itself:
//   bun test/support/crash/other-program.ts read|write|vacuum DATABASE TARGET
// It waits 5 s for a lock, as people set the shell to do, and leaves in TARGET what it sees.
import { Database } from 'bun:sqlite'
import { writeFileSync } from 'node:fs'

const [what, path, target] = process.argv.slice(2) as [string, string, string]
using database = new Database(path, { readonly: what === 'read', readwrite: what !== 'read' })
database.run('PRAGMA busy_timeout = 5000')
if (what === 'write') {
  for (let n = 0; n < 20; n++) {
    database.run('BEGIN IMMEDIATE')
    database.run('UPDATE users SET last_seen_at = last_seen_at WHERE id % 2 = ?', [n % 2])
    database.run('COMMIT')
  }
}
if (what === 'vacuum') database.run('VACUUM INTO ?', [target])
else writeFileSync(target, database.serialize())
