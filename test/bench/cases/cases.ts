import type { Cast } from '../world/cast.ts'

/** One comparison with the bare server. */
export interface Case {
  readonly name: string
  readonly kind: 'read' | 'write'
  /** The ratio to the bare server that we promise. */
  readonly bar: number
  /** Lines of `METHOD path`, and of the encoding taken, if any; of a write, ones that were not there before. */
  requests(): string[]
}

/**
 * The reads of the table, and the writes. A write is synced before its response and the bare server
 * stores nothing, so what is wanted of it is what plain SQLite gives, see `bare-loop.ts`.
 */
export function casesFor(cast: Cast): Case[] {
  const dice = createDice(1)
  const pick = <T>(of: readonly T[]): T => of[Math.floor(dice() * of.length)]!
  const times = (amount: number, line: (at: number) => string) =>
    Array.from({ length: amount }, (_, at) => line(at))
  const token = () => `token=${pick(cast.viewers).token}`
  const read = (name: string, bar: number, amount: number, line: (at: number) => string): Case => ({
    ...{ name, bar, kind: 'read' },
    requests: () => times(amount, (at) => `GET /douyin/${line(at)}`),
  })
  const write = (name: string, bar: number, requests: () => string[]): Case => ({
    ...{ name, bar, kind: 'write' },
    requests: () => requests().map((line) => `POST /douyin/${line}`),
  })
  const listOf = (path: string, users: readonly number[]) => () =>
    `${path}?${token()}&user_id=${pick(users)}`

  /** Each pair once on and later off, so that every request changes a row. */
  const onAndOff = (line: (action: number) => string) => {
    const once = times(distinctWrites, () => line(1))
    return [...once, ...once.map((on) => on.replace('action_type=1', 'action_type=2'))]
  }

  return [
    read('feed, anonymous', 0.9, 1, () => 'feed/'),
    read('feed, logged in', 0.7, 2000, (at) =>
      at % 2 === 0 ? `feed/?${token()}` : `feed/?${token()}&latest_time=${pick(cast.moments)}`,
    ),
    // The first is compressed once, the second for each request.
    read('feed, anonymous, gzip', 0.9, 1, () => 'feed/ gzip'),
    read(
      'comment list, 30 comments, gzip',
      0.3,
      300,
      () => `comment/list/?${token()}&video_id=${pick(cast.discussed)} gzip`,
    ),
    read('user', 0.7, 2000, listOf('user/', cast.users)),
    read('publish list, 30 works', 0.6, 300, listOf('publish/list/', cast.authors)),
    read('favorite list, 100 likes', 0.6, 300, listOf('favorite/list/', cast.fans)),
    read(
      'comment list, 30 comments',
      0.6,
      300,
      () => `comment/list/?${token()}&video_id=${pick(cast.discussed)}`,
    ),
    read('follow list, 100 users', 0.5, 300, listOf('relation/follow/list/', cast.followers)),
    read(
      'follower list, 100 users',
      0.5,
      300,
      listOf(
        'relation/follower/list/',
        cast.popular.map(({ id }) => id),
      ),
    ),
    read('friend list, 100 users', 0.5, 50, (at) => {
      const { id, token } = cast.popular[at % cast.popular.length]!
      return `relation/friend/list/?token=${token}&user_id=${id}`
    }),
    read('chat poll, nothing new', 0.7, 500, () => {
      const { viewer, peerId, at } = pick(cast.talks)
      return `message/chat/?token=${viewer.token}&to_user_id=${peerId}&pre_msg_time=${at}`
    }),
    write('like', 0.11, () =>
      onAndOff(
        (on) => `favorite/action/?${token()}&video_id=${pick(cast.videos)}&action_type=${on}`,
      ),
    ),
    write('comment', 0.112, () =>
      times(
        distinctWrites,
        () =>
          `comment/action/?${token()}&video_id=${pick(cast.videos)}&action_type=1&comment_text=${said}`,
      ),
    ),
    write('follow', 0.103, () =>
      onAndOff((on) => {
        const { id, token } = pick(cast.viewers)
        const other = pick(cast.users.filter((user) => user !== id))
        return `relation/action/?token=${token}&to_user_id=${other}&action_type=${on}`
      }),
    ),
    write('message', 0.08, () =>
      times(distinctWrites, () => {
        const { viewer, peerId } = pick(cast.talks)
        return `message/action/?token=${viewer.token}&to_user_id=${peerId}&action_type=1&content=${said}`
      }),
    ),
  ]
}

/** Different writes before any comes again. */
const distinctWrites = 4000

const said = encodeURIComponent('拍得真好，我也想去看看')

/** mulberry32: the same numbers in every run. */
function createDice(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
