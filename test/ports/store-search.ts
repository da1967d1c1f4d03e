import { describe, expect, test } from 'bun:test'
import type { Store } from '../../src/store/store.ts'
import { limits, type MakeStore, newMedia, newUser, outcome, pages, withStore } from './harness.ts'

const titled = async (store: Store, authorId: number, title: string, media = newMedia()) =>
  (await store.videos.publish({ authorId, title, media, quota: 0 })).video.id

const titlesOf = async (store: Store, keyword: string, limit = 10) =>
  (await pages((page) => store.videos.search(keyword, page), limit)).map(({ video }) => video.title)

const namesOf = async (store: Store, keyword: string, limit = 10) =>
  (await pages((page) => store.users.search(keyword, page), limit)).map(({ name }) => name)

export function searchSuite(make: MakeStore): void {
  describe('search', () => {
    // Whatever cuts a text into words, a part of it may be cut otherwise and not be found.
    test(
      'every part of a title finds it, of one character or of many, and nothing else does',
      withStore(make, async (store) => {
        const author = await newUser(store)
        const titles = [
          '海边的傍晚 #日落',
          'An Evening by the SEA',
          '😀a',
          'ａｂｃ',
          'aaaa',
          'a\'b"c*-(^:)',
          'é',
        ]
        for (const title of titles) await titled(store, author.id, title)
        const plain = (text: string) => text.normalize('NFKC').toLowerCase()
        for (const title of titles) {
          const characters = [...title]
          for (let from = 0; from < characters.length; from++) {
            for (let to = from + 1; to <= characters.length; to++) {
              const keyword = characters.slice(from, to).join('')
              const words = plain(keyword).split(' ').filter(Boolean)
              if (words.length === 0) continue
              const wanted = titles.filter((one) =>
                words.every((word) => plain(one).includes(word)),
              )
              expect([keyword, await titlesOf(store, keyword)]).toEqual([
                keyword,
                wanted.toReversed(),
              ])
            }
          }
        }
        for (const none of [
          '边海',
          '海傍',
          'OR',
          'title',
          '* ',
          '"',
          'a"b',
          'NEAR(a b)',
          '%',
          '_',
          '00',
        ]) {
          const found = titles.filter((one) => plain(one).includes(plain(none).trim()))
          expect([none, await titlesOf(store, none)]).toEqual([none, found.toReversed()])
        }
      }),
    )

    // A keyboard puts them in, another one doesn't, and nobody sees which.
    test(
      'characters that can’t be seen keep nothing from being found',
      withStore(make, async (store) => {
        const author = await newUser(store, 'bo\u00adb\u200bby')
        await titled(store, author.id, '❤\ufe0f海\u200b边 #日\u2060落')
        for (const keyword of ['❤', '❤\ufe0f', '❤海', '海边', '海\u200b边', '\u200d边'])
          expect([keyword, (await titlesOf(store, keyword)).length]).toEqual([keyword, 1])
        expect((await store.videos.tagged('日落', { cursor: null, limit: 9 })).items).toHaveLength(
          1,
        )
        for (const keyword of ['bobby', 'obb', 'b\u200bobby'])
          expect([keyword, (await namesOf(store, keyword)).length]).toEqual([keyword, 1])
        for (const none of ['\u200b', '\ufe0f\u2060'])
          expect([none, await titlesOf(store, none)]).toEqual([none, []])
      }),
    )

    test(
      'every page size shows every match exactly once, newest first, and a user of that very name on top',
      withStore(make, async (store) => {
        const author = await newUser(store, '小明')
        const ids: number[] = []
        for (let at = 0; at < 13; at++) {
          await newUser(store, `小明${at}`)
          await newUser(store, `someone ${at}`)
          ids.unshift(await titled(store, author.id, `第${at}个 小明`))
          await titled(store, author.id, `第${at}个`)
        }
        const names = Array.from({ length: 13 }, (_, at) => `小明${12 - at}`)
        for (const limit of limits) {
          expect(await namesOf(store, '小明', limit)).toEqual(['小明', ...names])
          expect(await namesOf(store, '小', limit)).toEqual([...names, '小明'])
          const found = await pages((page) => store.videos.search('小明', page), limit)
          expect(found.map(({ video }) => video.id)).toEqual(ids)
        }
        expect(await namesOf(store, 'ＳＯＭＥone 12')).toEqual(['someone 12'])
        for (const cursor of ['', 'x', '-1', '1.', '1e3', ' 1', "1'"]) {
          const page = { cursor, limit: 5 }
          expect([cursor, await outcome(store.videos.search('小', page))]).toEqual([
            cursor,
            'invalid',
          ])
          expect([cursor, await outcome(store.users.search('小', page))]).toEqual([
            cursor,
            'invalid',
          ])
        }
      }),
    )

    test(
      'a tag is found whole, with or without its #, in either width and case',
      withStore(make, async (store) => {
        const author = await newUser(store)
        const one = await titled(store, author.id, '海边 #日落 #Sea_side')
        const two = await titled(store, author.id, '＃日落很美，#日落。')
        await titled(store, author.id, '日落 sea_side # 日落')
        const tagged = async (tag: string) =>
          (await pages((page) => store.videos.tagged(tag, page), 5)).map(({ video }) => video.id)
        expect(await tagged('日落')).toEqual([two, one])
        expect(await tagged('#日落')).toEqual([two, one])
        expect(await tagged('日落很美')).toEqual([two])
        expect(await tagged('ＳＥＡ_side')).toEqual([one])
        for (const none of ['日', 'sea', '落', '#', '日落 很美', '"日落"', '']) {
          expect([none, await tagged(none)]).toEqual([none, []])
        }
      }),
    )

    test(
      'what isn’t shown, was retitled, or is gone is not found; nor whoever is being removed',
      withStore(make, async (store) => {
        const author = await newUser(store, 'findable')
        const hidden = await titled(store, author.id, 'findable hidden', newMedia(true))
        const id = await titled(store, author.id, 'findable before #old')
        expect(await titlesOf(store, 'findable')).toEqual(['findable before #old'])
        await store.videos.retitle({ id, authorId: author.id, title: 'after #new' })
        expect(await titlesOf(store, 'findable')).toEqual([])
        expect(await titlesOf(store, 'after')).toEqual(['after #new'])
        expect((await store.videos.tagged('old', { cursor: null, limit: 9 })).items).toEqual([])
        expect((await store.videos.tagged('new', { cursor: null, limit: 9 })).items).toHaveLength(1)
        // It is found from the moment on in which everybody sees it.
        const job = await store.jobs.claim()
        expect(job?.mediaId).toBeDefined()
        await store.videos.remove(hidden)
        await store.videos.remove(id)
        expect(await titlesOf(store, 'after')).toEqual([])
        await store.accounts.beginRemoval(author.id)
        expect(await namesOf(store, 'able')).toEqual([])
        while (!(await store.accounts.removeSome(author.id)).done);
        expect(await namesOf(store, 'findable')).toEqual([])
        await newUser(store, 'findable')
        expect(await namesOf(store, 'findable')).toEqual(['findable'])
      }),
    )

    test(
      'what was seeded is found too, and refused names and titles are not',
      withStore(make, async (store) => {
        const user = { name: '种子', passwordHash: 'x', signature: '', createdAt: 1, lastSeenAt: 1 }
        const [authorId] = await store.seeding.users([user])
        const mediaId = await store.seeding.media(newMedia())
        await store.seeding.videos([
          { authorId: authorId!, mediaId, title: '种下', publishedAt: 1 },
        ])
        expect(await namesOf(store, '种')).toEqual(['种子'])
        expect(await titlesOf(store, '种')).toEqual(['种下'])
        expect(await outcome(newUser(store, '种子'))).toBe('name_taken')
        expect(await outcome(titled(store, 999, '种种'))).toBe('user_not_found')
        expect(await namesOf(store, '种')).toEqual(['种子'])
        expect(await titlesOf(store, '种')).toEqual(['种下'])
      }),
    )
  })
}
