import { nameKey } from '../../src/lib/text/name-key.ts'
import type { Store } from '../../src/store/store.ts'
import type { User } from '../../src/store/user.ts'
import { Failure } from '../lib/failure.ts'
import { clean } from '../lib/text.ts'

/** The user of an id, which is what lists show, or of a name. @throws Failure if there is none */
export async function findUser(store: Store, who: string): Promise<User> {
  const user = (await byId(store, who)) ?? (await store.users.byName(who))
  if (!user) throw new Failure(`There is no user '${who}'.`)
  return user
}

/**
 * The same for a command that changes something: digits that are the id of one user and the name of
 * another stand for neither. @throws Failure if there is none, or two
 */
export async function findExactly(store: Store, who: string): Promise<User> {
  const user = await findUser(store, who)
  const alike = user.name === who ? [] : await store.users.namesakes(who)
  if (alike.length > 1 && alike.some(({ id }) => id === user.id)) {
    const names = alike.map(({ id, name }) => `'${clean(name)}' (${id})`).join(', ')
    throw new Failure(`'${who}' may be any of ${names}; say which by the id.`)
  }
  const namesake = await store.users.byName(who)
  if (namesake && namesake.id !== user.id) {
    throw new Failure(
      `'${who}' is the id of '${user.name}' and the name of user ${namesake.id}; say which by the other of the two.`,
    )
  }
  return user
}

/** Whom to remove: also whose removal was begun, whom nothing else finds. @throws Failure, as `findExactly` */
export async function findToRemove(store: Store, who: string): Promise<ToRemove> {
  const key = nameKey(who)
  const isMeant = ({ id, name }: ToRemove) =>
    String(id) === who || (name !== null && nameKey(name) === key)
  const begun = (await store.accounts.removals()).find(isMeant)
  if (!begun) return findExactly(store, who)
  const other = (await byId(store, who)) ?? (await store.users.byName(who))
  if (!other) return begun
  throw new Failure(
    `'${who}' may be user ${other.id}, or user ${begun.id}, whose removal was begun; say which by the other of id and name.`,
  )
}

/** Somebody, with what is left of their name. */
interface ToRemove {
  readonly id: number
  readonly name: string | null
  /** Not known of whose removal was begun. */
  readonly workCount?: number
}

const byId = async (store: Store, who: string): Promise<User | null> =>
  /^\d{1,15}$/.test(who) ? store.users.byId(Number(who)) : null
