import type { Page } from 'playwright-core'
import { type Address, addresses } from '../../../src/web/server/addresses.ts'
import { call, register } from '../api.ts'
import { until } from '../until.ts'
import type { Person, World } from './world.ts'

/** Sheets over a screen, by what opens them in the state of the history. */
export const sheets = ['comments', 'own', 'more', 'blocked', 'edit', 'login', 'keys'] as const

/**
 * Makes somebody who has something on each screen.
 * @returns the paths of all screens of the client for that person, and of where there is nothing
 */
export async function allScreens(
  world: World,
): Promise<{ person: Person; videoId: number; paths: string[] }> {
  const { server, author } = world
  const person = await register(server)
  const act = async (who: Person, path: string, params: Record<string, string | number>) =>
    call(server, 'POST', path, { token: who.token, ...params })
  const { video_list: videos } = await call(server, 'GET', 'feed/')
  const videoId = videos[0].id
  for (const [one, other] of [
    [person, author],
    [author, person],
  ] as const)
    await act(one, 'relation/action/', { to_user_id: other.id, action_type: 1 })
  await act(person, 'favorite/action/', { video_id: videoId, action_type: 1 })
  await act(person, 'comment/action/', { video_id: videoId, action_type: 1, comment_text: 'Nice' })
  await act(author, 'message/action/', {
    to_user_id: person.id,
    action_type: 1,
    content: 'Hello there',
  })
  const ids: Partial<Record<Address, number>> = {
    '/video/:id': videoId,
    '/messages/:id': author.id,
  }
  const lists = ['liked', 'followers', 'following']
  const paths = addresses.flatMap((address) => {
    const path = address
      .replace(':id', String(ids[address] ?? author.id))
      .replace(':video', String(videoId))
    if (address === '/search/:video') return [`${path}?q=first&type=video`]
    const shown = address.endsWith(':video') ? ['works', 'liked'] : lists
    return path.includes(':list') ? shown.map((list) => path.replace(':list', list)) : [path]
  })
  const found = ['/search?q=author&type=user', '/search?q=first&type=video', '/search?q=zzz']
  return { person, videoId, paths: [...paths, ...found, '/user/999999', '/user/1/nothing'] }
}

/** Waits until a screen has what it shows. */
export const settle = (page: Page): Promise<void> =>
  until(() =>
    page.evaluate(
      "document.querySelector('main')?.childElementCount > 0 && !document.querySelector('main > .spinner, .list-end .spinner')",
    ),
  )

/** Opens a sheet about a video over the feed. */
export async function showSheet(page: Page, name: string, videoId: number): Promise<void> {
  await page.locator('article:not([inert]) .author').waitFor()
  const sheet = { name, id: videoId, kind: 'video', user: { id: 1, name: 'author' } }
  const state = JSON.stringify({ key: name, depth: 1, sheet })
  await page.evaluate(`history.pushState(${state}, '')
    dispatchEvent(new PopStateEvent('popstate'))`)
  await page.locator('dialog[open]').waitFor()
}
