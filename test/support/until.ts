/**
 * Waits until a condition holds that another process or task brings about.
 * @throws after 50 s, so that a test fails with this line instead of its own timeout
 */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const giveUp = performance.now() + 50_000
  while (!(await holds())) {
    if (performance.now() > giveUp) throw new Error(`after 50 s still not: ${holds}`)
    await Bun.sleep(5)
  }
}
