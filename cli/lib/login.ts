import { call } from './api.ts'
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
 * The token to call a server with: as given, or by logging in.
 * @param server origin, as `originOf` returns it
 * @throws Failure, ConnectionError
 */
export async function tokenFor(server: string, given: LoginOptions): Promise<string> {
  if (given.token) return given.token
  const user = await askUnlessGiven(given.user, {
    question: `User name on ${server}: `,
    missing: 'Name the user: --user NAME, or --token TOKEN (or DOUYIN_USER, DOUYIN_TOKEN).',
  })
  const password = await askUnlessGiven(given.password, {
    question: `Password of ${clean(user)}: `,
    missing: `Give the password of ${clean(user)} in DOUYIN_PASSWORD, or with --password.`,
    secret: true,
  })
  return await login(server, user, password)
}

async function login(server: string, username: string, password: string): Promise<string> {
  const body = new URLSearchParams({ username, password })
  const response = await call(server, '/douyin/user/login/', { method: 'POST', body })
  if (response.status_code === 0) return String(response.token)
  throw new Failure(`Could not log in as ${username}: ${response.status_msg}.`)
}
