import { type Account, call, originOf } from './api.ts'
import { Failure } from './failure.ts'
import { askUnlessGiven } from './prompt.ts'
import { clean } from './text.ts'

/** The options of a command that calls a server as one of its users. */
export interface LoginOptions {
  readonly server: string
  readonly token?: string
  readonly user?: string
  readonly password?: string
}

/**
 * Runs something with the account to call a server with. Without a token that is a session of its own,
 * which ends with it, however it ends: a user has only so many, and each further one ends another.
 * @throws Failure
 */
export async function withAccount<T>(
  given: LoginOptions,
  run: (account: Account) => Promise<T>,
): Promise<T> {
  const server = originOf(given.server)
  if (given.token) return run({ server, token: given.token })
  const entering = logIn(server, await askFor(server, given))
  const leave = async () => {
    const account = await entering.catch(() => null)
    if (account) await logOut(account)
  }
  // From before the response on: a session that was begun and not heard of would stay.
  const stopListening = onSignal(async (code) => {
    await leave()
    process.exit(code)
  })
  try {
    return await run(await entering)
  } finally {
    await leave()
    stopListening()
  }
}

/** Time that the end of a session may take: the server may be what is out of order. */
const logOutMs = 3_000

/** A server of before knows no such address, and one that is gone needs none. */
async function logOut(account: Account): Promise<void> {
  const signal = AbortSignal.timeout(logOutMs)
  await call(account, '/douyin/user/logout/', { method: 'POST', signal }).catch(() => null)
}

/** Calls back with the exit code for the first signal to stop; a second one ends the process. */
function onSignal(stop: (code: number) => Promise<void>): () => void {
  const handlers = Object.entries({ SIGHUP: 129, SIGINT: 130, SIGTERM: 143 }).map(
    ([signal, code]) => [signal, () => void stop(code)] as const,
  )
  for (const [signal, handler] of handlers) process.once(signal, handler)
  return () => {
    for (const [signal, handler] of handlers) process.off(signal, handler)
  }
}

interface Credentials {
  readonly user: string
  readonly password: string
}

async function askFor(server: string, given: LoginOptions): Promise<Credentials> {
  const user = await askUnlessGiven(given.user, {
    question: `User name on ${server}: `,
    missing: 'Name the user: --user NAME, or --token TOKEN (or DOUYIN_USER, DOUYIN_TOKEN).',
  })
  const password = await askUnlessGiven(given.password, {
    question: `Password of ${clean(user)}: `,
    missing: `Give the password of ${clean(user)} in DOUYIN_PASSWORD, or with --password.`,
    secret: true,
  })
  return { user, password }
}

async function logIn(server: string, { user, password }: Credentials): Promise<Account> {
  const body = new URLSearchParams({ username: user, password })
  const response = await call({ server }, '/douyin/user/login/', { method: 'POST', body })
  if (response.status_code === 0) return { server, token: String(response.token) }
  throw new Failure(`Could not log in as ${user}: ${response.status_msg}.`)
}
