import { askUnlessGiven } from './prompt.ts'
import { clean } from './ui.ts'
import { login } from './upload/client.ts'

/** How a caller says on the command line who is calling. */
export interface Credentials {
  readonly token?: string
  readonly user?: string
  readonly password?: string
}

/** The token to call a server with: as given, or by logging in. @throws Failure, Broken */
export async function tokenFor(server: string, given: Credentials): Promise<string> {
  if (given.token) return given.token
  const user = await askUnlessGiven(given.user, {
    question: `Your name on ${server}: `,
    missing: 'Say who you are: --user NAME, or --token TOKEN (or DOUYIN_USER, DOUYIN_TOKEN).',
  })
  const password = await askUnlessGiven(given.password, {
    question: `Password of ${clean(user)}: `,
    missing: `Give the password of ${clean(user)} in DOUYIN_PASSWORD, or with --password.`,
    secret: true,
  })
  return await login(server, user, password)
}
