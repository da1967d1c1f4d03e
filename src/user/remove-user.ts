import type { Context } from '../context.ts'

type Ports = Pick<Context, 'store' | 'blobs'>

/**
 * Removes a user and everything of theirs, in small steps, so that no other write waits long. Files
 * are removed after their rows; those that a crash leaves behind are found by the sweep.
 * @throws AppError user_not_found
 */
export async function removeUser(ports: Ports, userId: number): Promise<void> {
  await ports.store.accounts.beginRemoval(userId)
  await finishRemoval(ports, userId)
}

/**
 * Continues the removals that a crash or Ctrl-C interrupted.
 * @returns a function that stops it, and resolves when it has stopped
 */
export function resumeRemovals(
  ports: Pick<Context, 'store' | 'blobs' | 'log'>,
): () => Promise<void> {
  const { store, log } = ports
  let stopped = false
  const run = async () => {
    for (const { id: userId } of await store.accounts.removals()) {
      await finishRemoval(ports, userId, () => stopped)
      if (!stopped) log.note(`removed user ${userId}, which had been begun before`)
    }
  }
  const running = run().catch((error) => log.failure('removal', error))
  return () => {
    stopped = true
    return running
  }
}

async function finishRemoval(
  { store, blobs }: Ports,
  userId: number,
  stopped = () => false,
): Promise<void> {
  for (let done = false; !done && !stopped(); ) {
    const step = await store.accounts.removeSome(userId)
    for (const name of step.blobs) await blobs.remove(name)
    done = step.done
  }
}
