import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A directory of its own for one test; `clean` removes it. */
export function temporaryDirectory(): { path: string; clean: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'douyin-test-'))
  return { path, clean: () => rmSync(path, { recursive: true, force: true }) }
}

/** Runs `body` in a directory of its own; `path` is where a database may be made. */
export async function withDatabasePath(body: (path: string) => unknown): Promise<void> {
  const { path, clean } = temporaryDirectory()
  try {
    await body(join(path, 'douyin.db'))
  } finally {
    clean()
  }
}
