import { expect, test } from 'bun:test'
import { writeFileSync } from 'node:fs'
import { isDiskFull, isSqliteBusy } from '../../src/lib/system-errors.ts'

// A quota that is used up is told as something else than a full disk, and SQLite has a word of its own.
test.each([
  [Object.assign(new Error(), { code: 'ENOSPC' }), true],
  [Object.assign(new Error(), { code: 'EDQUOT' }), true],
  [Object.assign(new Error(), { code: 'SQLITE_FULL' }), true],
  [Object.assign(new Error(), { code: 'EIO' }), false],
  [new Error('ENOSPC'), false],
  ['ENOSPC', false],
  [null, false],
  [undefined, false],
])('%p: %p', (error, full) => {
  expect(isDiskFull(error)).toBe(full)
})

test('what a full device really throws', () => {
  let thrown: unknown
  try {
    writeFileSync('/dev/full', 'x')
  } catch (error) {
    thrown = error
  }
  expect(isDiskFull(thrown)).toBe(true)
})

// SQLite refines the code by what holds the lock: a recovery or a snapshot is busy too.
test.each([
  ['SQLITE_BUSY', true],
  ['SQLITE_BUSY_SNAPSHOT', true],
  ['SQLITE_LOCKED', false],
  [undefined, false],
])('an error of code %p is a busy SQLite: %p', (code, busy) => {
  expect(isSqliteBusy(Object.assign(new Error(), { code }))).toBe(busy)
})
