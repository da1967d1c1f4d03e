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

const byId = async (store: Store, who: string): Promise<User | null> =>
  /^\d{1,15}$/.test(who) ? store.users.byId(Number(who)) : null
