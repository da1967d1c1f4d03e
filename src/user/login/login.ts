import type { Context } from '../../context.ts'
import { AppError } from '../../errors.ts'
import type { Viewer } from '../../http/endpoint/auth.ts'
import { networkOf, refuseAfter } from '../../http/endpoint/limits.ts'
import { Lru } from '../../lib/lru.ts'
import { nameKey } from '../../lib/text/name-key.ts'
import { createBuckets } from '../../lib/token-bucket.ts'
import type { Credentials } from '../../store/user.ts'
import { findUser } from '../find.ts'
import { hashInviteCode } from './invite.ts'
import { checkPassword, hashPassword } from './password.ts'
import { assertStrong } from './password-strength.ts'
import { newSession, startSession } from './session.ts'
import { createThrottle } from './throttle.ts'

/** A network may be that of a whole school, so it may fail more often than at one account. */
const failuresOfNetworkFactor = 3

/**
 * What all networks together may fail at one account: so much that nobody locks its owner out in
 * passing, and so little that guessing from everywhere leads nowhere.
 */
const failuresOfAccountFactor = 50

/** Networks from which an account was registered or logged in to, 100 bytes each. */
const maxKnownNetworks = 10_000

const registerBurstSeconds = 60

/** How a user gets a token. Failures are counted in memory, and forgotten when the process ends. */
export function createLogin({ config, store, bus }: Pick<Context, 'config' | 'store' | 'bus'>) {
  const { loginFailures, registerRate, strictPasswords } = config
  const windowMs = config.loginWindow * 1000
  const ofBoth = createThrottle(loginFailures, windowMs)
  const ofNetwork = createThrottle(loginFailures * failuresOfNetworkFactor, windowMs)
  const ofAccount = createThrottle(loginFailures * failuresOfAccountFactor, windowMs)
  const ofSession = createThrottle(loginFailures, windowMs)
  const loggedInFrom = new Lru<string, true>(maxKnownNetworks)
  const registrations =
    registerRate > 0 ? createBuckets<string>(registerRate / 60, registerBurstSeconds) : null

  /** The user of that name and password; null, after the same time, if there is none. */
  const check = async (name: string, password: string) => {
    const known = await store.users.credentials(name)
    const right = await checkPassword(password, known?.passwordHash ?? null)
    if (!known || !right) return null
    return right === 'as typed' ? renew(known, password) : known
  }

  /** Stores the hash of today's form of a password; somebody else may have done so meanwhile. */
  const renew = async (known: Credentials, password: string): Promise<Credentials> => {
    await store.users.rehash(known.id, known.passwordHash, await hashPassword(password))
    return (await store.users.credentials(known.name)) ?? known
  }

  /** The hash of the invite that a registration takes; undefined where none is asked for. */
  const admit = async (code: string | undefined): Promise<string | undefined> => {
    if (config.registration === 'open') return undefined
    if (config.registration === 'closed') throw new AppError('registration_closed')
    if (!code) throw new AppError('invite_required')
    const hash = hashInviteCode(code)
    // Looked at before the password is hashed, which takes far longer.
    if (await store.invites.isValid(hash, Date.now())) return hash
    throw new AppError('invite_invalid')
  }

  /** However the name is written, it is one account to be guessed at. */
  const pairOf = (name: string, address: string) => `${networkOf(address)} ${nameKey(name)}`

  /**
   * The same, as often as the limits of failures allow. Who has a session isn't kept out by guesses
   * from everywhere: instead of those, its own are counted, whatever networks they come from.
   * @throws AppError too_many_requests, busy
   */
  const checkWithin = async (
    name: string,
    password: string,
    address: string,
    session: string | null = null,
  ) => {
    const both = pairOf(name, address)
    const tryIt = () => check(name, password)
    const user = await ofNetwork.run(networkOf(address), () =>
      ofBoth.run(both, () => {
        if (session !== null) return ofSession.run(session, tryIt)
        // Whoever guesses from everywhere doesn't lock out the owner at home.
        return loggedInFrom.get(both) ? tryIt() : ofAccount.run(nameKey(name), tryIt)
      }),
    )
    if (!user) return null
    ofBoth.forgive(both)
    if (session !== null) ofSession.forgive(session)
    loggedInFrom.set(both, true)
    return user
  }

  return {
    /**
     * @throws AppError registration_closed, invite_required, invite_invalid, name_taken, invalid,
     * password_weak, too_many_requests, busy
     */
    async register(name: string, password: string, address: string, code?: string) {
      // Of two names that can't be seen nobody could tell which is which.
      if (nameKey(name) === '') throw new AppError('invalid', { field: 'username' })
      if (registrations) refuseAfter(registrations.take(networkOf(address)))
      const invite = await admit(code)
      if (strictPasswords) assertStrong(name, password)
      if (await store.users.byName(name)) throw new AppError('name_taken')
      const passwordHash = await hashPassword(password)
      const { token, session } = newSession()
      // Together: who is told that it failed must be free to try again with the same name.
      const { id: userId } = await store.users.create({ name, passwordHash, session, invite })
      loggedInFrom.set(pairOf(name, address), true)
      return { userId, token }
    },

    /** @throws AppError wrong_credentials, user_disabled, too_many_requests, busy */
    async login(name: string, password: string, address: string) {
      const user = await checkWithin(name, password, address)
      if (!user) throw new AppError('wrong_credentials')
      // Told only to those who know the password, so that nobody finds out about others.
      if (user.disabled) throw new AppError('user_disabled')
      const token = await startSession(store, user.id, Date.now(), user.passwordHash)
      // One session too many ends another one, and with it the sockets that use it.
      bus.publish(user.id, () => ({ type: 'sessions' }))
      return { userId: user.id, token }
    },

    /**
     * Sets another password of somebody who knows the present one, and ends their other sessions.
     * @throws AppError wrong_old_password, password_weak, invalid, unauthorized, too_many_requests,
     * busy
     */
    async changePassword(viewer: Viewer, { old, fresh }: Passwords, address: string) {
      const { name } = await findUser(store.users, viewer.id)
      const user = await checkWithin(name, old, address, viewer.session)
      // Of two names that are compared as equal, as old ones may be, it must be one's own.
      if (user?.id !== viewer.id) throw new AppError('wrong_old_password')
      if (strictPasswords) assertStrong(name, fresh)
      const after = await hashPassword(fresh, 'new_password')
      const { session } = viewer
      await store.accounts.changePassword(user.id, { before: user.passwordHash, after, session })
      bus.publish(user.id, () => ({ type: 'sessions' }))
    },
  }
}

/** The password that somebody has, and the one that they want. */
interface Passwords {
  readonly old: string
  readonly fresh: string
}
