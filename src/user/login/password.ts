import { createQueue } from '../../lib/queue.ts'

// What OWASP asks of argon2id: 19 MiB, two passes, one lane. Some 30 ms on one core.
const argon2id = { algorithm: 'argon2id', memoryCost: 19_456, timeCost: 2 } as const

/** Of a password that nobody has, so that an unknown name costs as much as a wrong password. */
const nobody =
  '$argon2id$v=19$m=19456,t=2,p=1$h1BhNrcyTHH+RRrT1n2sVT+TVqp+F8eDe7BtuEfw4Js$Uw9vgQ4UjTXBaky9AA/ZXUg7ckYE6ICfGK5fKaQk7K8'

// Hashing runs off the event loop, but on the same cores: more at once would only slow everyone.
const queue = createQueue({ size: 2, waiting: 64 })

/** Hashes a password for storage. @throws AppError busy, if too many wait */
export const hashPassword = (password: string): Promise<string> =>
  queue.run(() => Bun.password.hash(password, argon2id))

/**
 * Whether the password is the hashed one; takes as long when there is no hash to compare with.
 * @throws AppError busy, if too many wait
 */
export function checkPassword(password: string, hash: string | null): Promise<boolean> {
  return queue.run(async () => {
    const right = await Bun.password.verify(password, hash ?? nobody)
    return right && hash !== null
  })
}
