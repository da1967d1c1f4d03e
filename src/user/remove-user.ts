import type { Blobs } from '../blob/blob.ts'
import type { Log } from '../http/server/log.ts'
import type { Store } from '../store/store.ts'

type Services = { readonly store: Store; readonly blobs: Blobs }

/**
 * Removes a user and all that the user made, step by step, so that nobody has to wait long. Files go
 * after the rows that own them; those that a crash leaves behind are found by the sweep.
 * @throws AppError user_not_found
 */
export async function removeUser(services: Services, userId: number): Promise<void> {
  await services.store.accounts.beginRemoval(userId)
  await finishRemoval(services, userId)
}

/** Goes on with the removals that a crash or Ctrl-C cut short, until done or told to stop. */
export function resumeRemovals(services: Services & { readonly log: Log }): () => Promise<void> {
  const { store, log } = services
  let stopped = false
  const run = async () => {
    for (const userId of await store.accounts.removals()) {
      await finishRemoval(services, userId, () => stopped)
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
  { store, blobs }: Services,
  userId: number,
  stopped = () => false,
): Promise<void> {
  for (let done = false; !done && !stopped(); ) {
    const step = await store.accounts.removeSome(userId)
    for (const name of step.blobs) await blobs.remove(name)
    done = step.done
  }
}
