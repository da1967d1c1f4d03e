/** Rows of one commit: it lasts some 20 ms, so that a server beside goes on answering. */
const chunk = 4_000

/** ms for which the database is left to others after each commit. */
const breath = 5

/** Writes many rows in short commits; answers what each write answered. */
export async function writeAll<R, T>(
  rows: Iterable<R>,
  write: (rows: readonly R[]) => Promise<T>,
  advance: (amount: number) => void,
): Promise<T[]> {
  const answers: T[] = []
  let gathered: R[] = []
  const flush = async () => {
    answers.push(await write(gathered))
    advance(gathered.length)
    gathered = []
  }
  for (const row of rows) {
    gathered.push(row)
    if (gathered.length < chunk) continue
    await flush()
    await Bun.sleep(breath)
  }
  if (gathered.length > 0) await flush()
  return answers
}

/** Rows sorted within one run: some 300 busy users, so neither index is scattered widely. */
const run = 65_536

/**
 * Sorts rows that come user by user by what they point to, run by run. Each commit then changes few
 * pages of both indexes, of the users and of what they point to: a quarter of the bytes to write.
 */
export function* inRuns<R>(rows: Iterable<R>, target: (row: R) => number): Iterable<R> {
  let gathered: R[] = []
  for (const row of rows) {
    gathered.push(row)
    if (gathered.length < run) continue
    yield* gathered.sort((a, b) => target(a) - target(b))
    gathered = []
  }
  yield* gathered.sort((a, b) => target(a) - target(b))
}
