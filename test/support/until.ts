/**
 * Waits until a condition holds that another process or task brings about.
 * @throws after 110 s, so that one which waits for longer than its test doesn't go on for ever
 */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const giveUp = performance.now() + 110_000
  while (!(await holds())) {
    if (performance.now() > giveUp) throw new Error(`after 110 s still not: ${holds}`)
    await Bun.sleep(5)
  }
}
