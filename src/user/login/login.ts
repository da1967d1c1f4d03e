import type { Bus } from '../../bus/bus.ts'
import type { Config } from '../../config.ts'
import { AppError } from '../../errors.ts'
import { networkOf, refuseAfter } from '../../http/endpoint/limits.ts'
import { createBuckets } from '../../lib/token-bucket.ts'
import type { Store } from '../../store/store.ts'
import { checkPassword, hashPassword } from './password.ts'
import { assertStrong } from './password-strength.ts'
import { startSession } from './session.ts'
import { createThrottle } from './throttle.ts'

/** How a user gets a token. */
export interface Login {
  /** @throws AppError name_taken, password_weak, too_many_requests, busy */
  register(name: string, password: string, address: string): Promise<LoggedIn>
  /** @throws AppError wrong_credentials, user_disabled, too_many_requests, busy */
  login(name: string, password: string, address: string): Promise<LoggedIn>
}

interface Services {
  readonly config: Config
  readonly store: Store
  readonly bus: Bus
}

interface LoggedIn {
  readonly userId: number
  readonly token: string
}

/** An address may be that of a whole school, so it may fail more often than one account. */
const perAddress = 3

/** Nobody is known yet: what was tried is forgotten with the process. */
export function createLogin({ config, store, bus }: Services): Login {
  const { loginFailures, registerRate, strictPasswords } = config
  const window = config.loginWindow * 1000
  const ofAccount = createThrottle(loginFailures, window)
  const ofAddress = createThrottle(loginFailures * perAddress, window)
  const registrations = registerRate > 0 ? createBuckets<string>(registerRate / 60, 60) : null

  /** The user of that name and password; null for a wrong one, which takes as long for no user. */
  const check = async (name: string, password: string) => {
    const known = await store.users.credentials(name)
    const right = await checkPassword(password, known?.passwordHash ?? null)
    return known && right ? known : null
  }

  return {
    async register(name, password, address) {
      if (registrations) refuseAfter(registrations.take(networkOf(address)))
      if (strictPasswords) assertStrong(name, password)
      if (await store.users.byName(name)) throw new AppError('name_taken')
      const passwordHash = await hashPassword(password)
      const { id: userId } = await store.users.create({ name, passwordHash })
      return { userId, token: await startSession(store, userId) }
    },

    async login(name, password, address) {
      const user = await ofAddress.run(networkOf(address), () =>
        ofAccount.run(name, () => check(name, password)),
      )
      if (!user) throw new AppError('wrong_credentials')
      ofAccount.forgive(name)
      // Told only to who knows the password, so that nobody learns it of others.
      if (user.disabled) throw new AppError('user_disabled')
      const token = await startSession(store, user.id, Date.now(), user.passwordHash)
      // One session too many ends another one, and with it that device's sockets.
      bus.publish(user.id, { type: 'sessions' })
      return { userId: user.id, token }
    },
  }
}
