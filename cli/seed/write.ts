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
