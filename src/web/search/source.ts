import { api, type User } from '../lib/api.ts'
import { learnUsers } from '../lib/entities.ts'
import { keep, type Paged, paged } from '../lib/paged.ts'
import { listSource } from '../video/list/list-source.ts'
import type { Source } from '../video/source.ts'
import { maxKeyword, searchPath, type Wanted } from './address.ts'

/** What an address asks for, whoever wrote it. */
export function wantedBy(query: string): Wanted {
  const fields = new URLSearchParams(query)
  const type = fields.get('type')
  return {
    keyword: (fields.get('q') ?? '').trim().slice(0, maxKeyword),
    kind: type === 'user' || type === 'tag' ? type : 'video',
  }
}

export const keptUnder = (keyword: string): string => `search/${keyword}/`

/** Videos by their titles or by a tag. */
export const foundVideos = ({ keyword, kind }: Wanted): Source =>
  keep(keptUnder(keyword) + kind, () =>
    listSource(
      (cursor) => api.search({ keyword, type: kind, cursor, limit: 30 }),
      ({ id }) => searchPath(keyword, kind, id),
    ),
  )

/** People by their names. */
export const foundUsers = ({ keyword }: Wanted): Paged<User> =>
  keep(`${keptUnder(keyword)}user`, () =>
    paged(
      async (cursor) => {
        const asked = performance.now()
        const page = await api.search({ keyword, type: 'user', cursor, limit: 30 })
        learnUsers(page.user_list, asked)
        return { items: page.user_list, next: page.next_cursor }
      },
      ({ id }) => id,
    ),
  )
