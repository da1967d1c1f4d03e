import type { Store } from '../../../src/store/store.ts'
import { hashToken, startSession } from '../../../src/user/login/session.ts'
import { newMedia } from '../../ports/harness.ts'
import type { TestServer } from '../server.ts'
import { storedUsers, storedVideo } from '../stored.ts'

export type Member = { id: number; token: string }

/** Two members, what one of them has, and everybody who is neither. */
export interface AuthWorld {
  /** Whose everything in it is. */
  readonly owner: Member
  readonly other: Member
  readonly video: number
  /** A work that isn't ready. */
  readonly hidden: number
  readonly comment: number
  /** One more video, to be deleted. */
  readonly spare: number
  /** Tokens of which none may open anything, by what is wrong with them. */
  readonly outsiders: Readonly<Record<string, string>>
}

export async function createAuthWorld(server: TestServer): Promise<AuthWorld> {
  const { store } = server.ctx
  const [owner, other, ...people] = (await storedUsers(server, 7)) as [Member, Member, ...Member[]]
  const video = await storedVideo(server, owner.id)
  const spare = await storedVideo(server, owner.id)
  const draft = { authorId: owner.id, title: 'a draft', media: newMedia(true), quota: 0 }
  const hidden = (await store.videos.publish(draft)).video.id
  const said = { userId: owner.id, videoId: video, content: 'mine' }
  const comment = (await store.comments.create(said)).id
  await store.relations.set(other.id, owner.id, true)
  await store.favorites.set(owner.id, video, true)
  const outsiders = await makeOutsiders(store, owner, people)
  return { owner, other, video, hidden, comment, spare, outsiders }
}

async function makeOutsiders(
  store: Store,
  owner: Member,
  people: readonly Member[],
): Promise<Record<string, string>> {
  const [revoked, disabled, removed, changed, aged] = people as [
    Member,
    Member,
    Member,
    Member,
    Member,
  ]
  await store.accounts.endSessions(revoked.id)
  await store.accounts.setDisabled(disabled.id, true)
  await store.accounts.beginRemoval(removed.id)
  await store.accounts.removeSome(removed.id)
  await store.accounts.setPassword(changed.id, 'none')
  const long = 400 * 24 * 60 * 60 * 1000
  const session = { userId: owner.id, createdAt: 1, lastUsedAt: 1 }
  await store.sessions.create({ ...session, tokenHash: hashToken('expired'), expiresAt: 1 }, 50)
  const { token } = owner
  return {
    'no token': '',
    'an expired one': 'expired',
    'one that is a year old': await startSession(store, aged.id, Date.now() - long),
    'a revoked one': revoked.token,
    'that of a disabled user': disabled.token,
    'that of a removed user': removed.token,
    'one from before the password was changed': changed.token,
    'a forged one': 'A'.repeat(32),
    'what is stored of it': hashToken(token),
    'a truncated one': token.slice(0, -1),
    'one with a letter more': `${token}A`,
    'one letter changed': token.slice(0, -1) + (token.endsWith('A') ? 'B' : 'A'),
    'another case': flip(token),
    'a space before it': ` ${token}`,
    'a NUL behind it': `${token}\0`,
    'two of them': `${token},${token}`,
    SQL: `' OR '1'='1`,
    'a long one': token.repeat(100),
    'the id of its user': String(owner.id),
  }
}

const flip = (text: string) =>
  [...text].map((c) => (c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase())).join('')
