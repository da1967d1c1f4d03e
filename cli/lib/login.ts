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

/** The account to call a server with: by the token given, or by logging in. @throws Failure */
export async function logIn(given: LoginOptions): Promise<Account> {
  const server = originOf(given.server)
  if (given.token) return { server, token: given.token }
  const user = await askUnlessGiven(given.user, {
    question: `User name on ${server}: `,
    missing: 'Name the user: --user NAME, or --token TOKEN (or DOUYIN_USER, DOUYIN_TOKEN).',
  })
  const password = await askUnlessGiven(given.password, {
    question: `Password of ${clean(user)}: `,
    missing: `Give the password of ${clean(user)} in DOUYIN_PASSWORD, or with --password.`,
    secret: true,
  })
  const body = new URLSearchParams({ username: user, password })
  const response = await call({ server }, '/douyin/user/login/', { method: 'POST', body })
  if (response.status_code === 0) return { server, token: String(response.token) }
  throw new Failure(`Could not log in as ${user}: ${response.status_msg}.`)
}
