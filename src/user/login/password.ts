import { createQueue } from '../../lib/queue.ts'

// As OWASP recommends for argon2id: 19 MiB, two passes, one lane. Some 30 ms on one core.
const argon2id = { algorithm: 'argon2id', memoryCost: 19_456, timeCost: 2 } as const

/** The hash of no password, so that an unknown name takes as long as a wrong password. */
const noPassword =
  '$argon2id$v=19$m=19456,t=2,p=1$h1BhNrcyTHH+RRrT1n2sVT+TVqp+F8eDe7BtuEfw4Js$Uw9vgQ4UjTXBaky9AA/ZXUg7ckYE6ICfGK5fKaQk7K8'

// Hashing runs off the event loop, but on the same cores: more at once would slow down the rest.
const queue = createQueue({ size: 2, waiting: 64 })

/** Hashes a password for storage. @throws AppError busy, if too many wait */
export const hashPassword = (password: string): Promise<string> =>
  queue.run(() => Bun.password.hash(password, argon2id))

/**
 * Whether the password has this hash; takes as long if there is none.
 * @throws AppError busy, if too many wait
 */
export function checkPassword(password: string, hash: string | null): Promise<boolean> {
  return queue.run(async () => {
    const right = await Bun.password.verify(password, hash ?? noPassword)
    return right && hash !== null
  })
}
