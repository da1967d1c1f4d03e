import { describe, expect, test } from 'bun:test'
import { type MakeStore, newUser, newUsers, outcome, withStore } from './harness.ts'

export function usersSuite(make: MakeStore): void {
  describe('users', () => {
    test(
      'what users show changes as far as it is named, and the pictures that are left are told',
      withStore(make, async (store) => {
        const [a, b] = (await newUsers(store, 2)).map((user) => user.id)
        const { users } = store
        const [one, two, three] = ['pictures/1.jpg', 'pictures/2.jpg', 'pictures/3.jpg'] as const
        expect(await users.picturesAfter(0, 10)).toEqual([])
        expect(await users.update(a!, { signature: 'hi', avatar: one })).toEqual([])
        expect(await users.update(a!, { background: two })).toEqual([])
        expect(await users.byId(a!)).toMatchObject({
          signature: 'hi',
          avatar: one,
          background: two,
        })
        expect(await users.byId(b!)).toMatchObject({ signature: '', avatar: null })
        const owned = await store.videos.ownedAmong([one, two, three])
        expect([...owned].toSorted()).toEqual([one, two])
        expect(await users.update(a!, { avatar: three, signature: '' })).toEqual([one])
        expect(await users.byId(a!)).toMatchObject({
          signature: '',
          avatar: three,
          background: two,
        })
        await users.update(b!, { avatar: 'pictures/4.jpg' })
        const first = { id: a!, avatar: three, background: two }
        expect(await users.picturesAfter(0, 1)).toEqual([first])
        expect((await users.picturesAfter(a!, 9)).map(({ id }) => id)).toEqual([b!])
        // Those of a user who is removed go too, and nothing is added to what is being removed.
        await store.accounts.beginRemoval(a!)
        expect(await outcome(users.update(a!, { signature: 'x' }))).toBe('user_not_found')
        const blobs: string[] = []
        for (let done = false; !done; ) {
          const step = await store.accounts.removeSome(a!)
          blobs.push(...step.blobs)
          done = step.done
        }
        expect(blobs.toSorted()).toEqual([two, three])
        expect((await store.videos.ownedAmong([two, three])).size).toBe(0)
      }),
    )

    test(
      'a name that is free takes the place of another one: for login, in the search, and it is free then',
      withStore(make, async (store) => {
        const [ming, hong] = await newUsers(store, 2)
        const { users } = store
        const id = ming!.id
        const found = async (keyword: string) =>
          (await users.search(keyword, { cursor: null, limit: 9 })).items.map((one) => one.id)
        await users.update(id, { name: '海边小明' })
        expect(await users.byId(id)).toMatchObject({ name: '海边小明' })
        expect((await users.credentials('海边小明'))?.id).toBe(id)
        expect(await users.credentials(ming!.name)).toBeNull()
        expect([await found('海边'), await found(ming!.name)]).toEqual([[id], []])
        // Written otherwise it is still the same name, which one may take oneself.
        await users.update(hong!.id, { name: 'Hong' })
        for (const taken of ['Hong', 'hong', 'ＨＯＮＧ']) {
          expect(await outcome(users.update(id, { name: taken, signature: 'x' }))).toBe(
            'name_taken',
          )
        }
        expect(await users.byId(id)).toMatchObject({ name: '海边小明', signature: '' })
        await users.update(hong!.id, { name: 'HONG' })
        expect(await found('hong')).toEqual([hong!.id])
        // What is changed besides leaves the search as it is.
        await users.update(hong!.id, { name: 'HONG', signature: 'hi' })
        expect(await found('hong')).toEqual([hong!.id])
        await users.update(hong!.id, { name: ming!.name })
        expect((await users.byName(ming!.name))?.id).toBe(hong!.id)
      }),
    )

    test(
      'a user starts with every count at zero and is found by id, name and for login',
      withStore(make, async (store) => {
        const before = Date.now()
        const user = await store.users.create({ name: '小明', passwordHash: 'hash' })
        const { createdAt, lastSeenAt, ...rest } = user
        expect(rest).toEqual({
          id: user.id,
          name: '小明',
          signature: '',
          avatar: null,
          background: null,
          followCount: 0,
          followerCount: 0,
          workCount: 0,
          favoriteCount: 0,
          totalFavorited: 0,
          disabledAt: null,
        })
        expect(createdAt).toBeGreaterThanOrEqual(before)
        expect(lastSeenAt).toBe(createdAt)
        expect(await store.users.byId(user.id)).toEqual(user)
        expect(await store.users.byName('小明')).toEqual(user)
        expect(await store.users.credentials('小明')).toEqual({
          id: user.id,
          name: '小明',
          passwordHash: 'hash',
          disabled: false,
        })
      }),
    )

    test(
      'whoever is unknown is null, never a throw',
      withStore(make, async (store) => {
        await newUser(store, 'known')
        for (const id of [0, -1, 999, Number.MAX_SAFE_INTEGER]) {
          expect(await store.users.byId(id)).toBeNull()
        }
        // No pattern, and nobody of a name in which nothing can be seen.
        for (const name of ['', '\u200b', 'know', 'know_', '%', "' OR 1=1 --"]) {
          expect(await store.users.byName(name)).toBeNull()
          expect(await store.users.credentials(name)).toBeNull()
        }
      }),
    )

    test(
      'a taken name is refused, also when both come in one moment, and its owner stays who it was',
      withStore(make, async (store) => {
        const create = (passwordHash: string) => store.users.create({ name: 'ann', passwordHash })
        const outcomes = await Promise.all([
          outcome(create('first')),
          outcome(create('second')),
          outcome(create('third')),
        ])
        expect(outcomes).toEqual(['done', 'name_taken', 'name_taken'])
        expect(await outcome(create('later'))).toBe('name_taken')
        expect((await store.users.credentials('ann'))?.passwordHash).toBe('first')
      }),
    )

    test(
      'a first session comes with its user, or neither comes',
      withStore(make, async (store) => {
        const create = (tokenHash: string) => {
          const session = { tokenHash, createdAt: 1, lastUsedAt: 2, expiresAt: 3 }
          return store.users.create({ name: 'ann', passwordHash: 'x', session })
        }
        const { id: userId } = await create('one')
        const session = { tokenHash: 'one', userId, createdAt: 1, lastUsedAt: 2, expiresAt: 3 }
        expect(await store.sessions.find('one')).toEqual(session)
        expect(await outcome(create('two'))).toBe('name_taken')
        expect(await store.sessions.find('two')).toBeNull()
        // A hash that is taken is a fault, which must not leave half of it.
        const bob = { name: 'bob', passwordHash: 'x', session }
        expect(await outcome(store.users.create(bob))).not.toBe('done')
        expect(await store.users.byName('bob')).toBeNull()
      }),
    )

    test(
      'ids grow, each its own, whatever was refused between',
      withStore(make, async (store) => {
        const [first] = await newUsers(store, 1)
        await outcome(newUser(store, first!.name))
        const ids = [first!, ...(await newUsers(store, 5))].map((user) => user.id)
        expect(new Set(ids).size).toBe(6)
        expect(ids).toEqual(ids.toSorted((a, b) => a - b))
        for (const id of ids) expect(Number.isSafeInteger(id)).toBe(true)
      }),
    )

    test(
      'seen only moves forward: answers of two requests may come in the wrong order',
      withStore(make, async (store) => {
        const { id, lastSeenAt } = await newUser(store)
        await Promise.all([
          store.users.seen(id, lastSeenAt + 500),
          store.users.seen(id, lastSeenAt + 100),
        ])
        expect((await store.users.byId(id))?.lastSeenAt).toBe(lastSeenAt + 500)
        await store.users.seen(999, 1)
      }),
    )

    test(
      'the list sorts by each column, the greatest first where that is what one looks for',
      withStore(make, async (store) => {
        const at = (createdAt: number, lastSeenAt: number, name: string) => ({
          name,
          passwordHash: 'x',
          signature: '',
          avatar: null,
          background: null,
          createdAt,
          lastSeenAt,
        })
        const [b, c, a] = await store.seeding.users([
          at(3, 10, 'b'),
          at(2, 30, 'c'),
          at(1, 20, 'a'),
        ])
        const mediaId = await store.seeding.media({ ...media })
        const work = (authorId: number, publishedAt: number) => ({
          authorId,
          mediaId,
          title: '',
          publishedAt,
        })
        const works = await store.seeding.videos([work(c!, 1), work(c!, 2), work(a!, 3)])
        await store.favorites.set(b!, works[2]!, true)
        await store.relations.set(a!, b!, true)
        const listed = async (sort: Parameters<typeof store.users.list>[0]['sort']) =>
          (await store.users.list({ sort, limit: 10, search: '' }))
            .map((user) => user.name)
            .join('')
        expect({
          id: await listed('id'),
          name: await listed('name'),
          works: await listed('works'),
          likes: await listed('likes'),
          followers: await listed('followers'),
          created: await listed('created'),
          seen: await listed('seen'),
        }).toEqual({
          id: 'bca',
          name: 'abc',
          works: 'cab',
          likes: 'abc',
          followers: 'bca',
          created: 'bca',
          seen: 'cab',
        })
        expect(await store.users.list({ sort: 'id', limit: 2, search: '' })).toHaveLength(2)
      }),
    )

    test(
      'a search is text, not a pattern',
      withStore(make, async (store) => {
        for (const name of ['50%', '50x', 'a_b', 'axb', 'back\\slash', '阿明']) {
          await newUser(store, name)
        }
        const found = async (search: string) =>
          (await store.users.list({ sort: 'id', limit: 10, search })).map((user) => user.name)
        expect(await found('%')).toEqual(['50%'])
        expect(await found('a_b')).toEqual(['a_b'])
        expect(await found('\\')).toEqual(['back\\slash'])
        expect(await found('明')).toEqual(['阿明'])
        expect(await found("'")).toEqual([])
      }),
    )
  })
}

const media = {
  sourceHash: 'list',
  video: 'videos/list.mp4',
  cover: 'covers/list.jpg',
  source: null,
  size: 1,
  width: 1,
  height: 1,
  duration: 1,
  codec: 'h264',
}
