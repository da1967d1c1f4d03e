import { AppError } from '../../errors.ts'
import { opaqueString } from '../../lib/text/opaque-string.ts'
import { createQueue } from '../../lib/turns/queue.ts'

// As OWASP recommends for argon2id: 19 MiB, two passes, one lane. Some 30 ms on one core.
const argon2id = { algorithm: 'argon2id', memoryCost: 19_456, timeCost: 2 } as const

/** The hash of no password, so that an unknown name takes as long as a wrong password. */
const noPassword =
  '$argon2id$v=19$m=19456,t=2,p=1$h1BhNrcyTHH+RRrT1n2sVT+TVqp+F8eDe7BtuEfw4Js$Uw9vgQ4UjTXBaky9AA/ZXUg7ckYE6ICfGK5fKaQk7K8'

// Hashing runs off the event loop, but on the same cores: more at once would slow down the rest.
const queue = createQueue({ size: 2, waiting: 64 })

/**
 * Hashes a password for storage, in the form that passwords are compared in.
 * @param field what it is called in the request
 * @throws AppError invalid, of control characters; busy, if too many wait
 */
export async function hashPassword(password: string, field = 'password'): Promise<string> {
  const prepared = opaqueString(password)
  if (prepared === null) throw new AppError('invalid', { field })
  return queue.run(() => Bun.password.hash(prepared, argon2id))
}

/**
 * Whether the password has this hash; takes as long if there is none. `as typed`: it has in the form
 * in which it was typed, which is how passwords were once stored, and should be hashed again.
 * @throws AppError busy, if too many wait
 */
export async function checkPassword(
  password: string,
  hash: string | null,
): Promise<boolean | 'as typed'> {
  const prepared = opaqueString(password)
  const isRight = (form: string) =>
    queue.run(async () => {
      const right = await Bun.password.verify(form, hash ?? noPassword)
      return right && hash !== null
    })
  if (prepared !== null && (await isRight(prepared))) return true
  if (prepared === password) return false
  return (await isRight(password)) && (prepared === null || 'as typed')
}
