import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { call, register } from '../support/api.ts'
import { type Browser, noBrowser, openBrowser } from '../support/browser.ts'
import { nativeFfmpeg } from '../support/media/engines.ts'
import { faultsOf } from '../support/media/set/faults.ts'
import { makeVariant } from '../support/media/set/make-variant.ts'
import { openPlayer } from '../support/media/set/play.ts'
import { short, type Variant, variants } from '../support/media/set/variants.ts'
import { program, type Spawned, spawnServer } from '../support/spawn.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { until } from '../support/until.ts'
import { upload } from '../support/upload.ts'

setDefaultTimeout(240_000)

const long = process.env.DOUYIN_TEST_LONG === '1'
/** Part of a name: takes these only, of the whole set. */
const only = process.env.DOUYIN_TEST_SET
const chosen = variants.filter(({ name }) =>
  only === undefined ? long || short.has(name) : name.includes(only),
)

test('the set has 150 files, each by its own name', () => {
  expect(new Set(variants.map(({ name }) => name)).size).toBe(variants.length)
  expect(variants.length).toBeGreaterThanOrEqual(150)
  expect(chosen.length).toBeGreaterThan(0)
})

describe.each(['embedded', nativeFfmpeg ?? 'native'])('engine %s', (engine) => {
  const here = noBrowser === null && (engine === 'embedded' || nativeFfmpeg !== null)
  const directory = temporaryDirectory()
  let server: Spawned
  let browser: Browser
  let page: Page
  let user: { id: number; token: string }

  beforeAll(async () => {
    if (!here) return
    server = await spawnServer(program, directory.path, { flags: ['--ffmpeg', engine] })
    browser = await openBrowser()
    page = await browser.page()
    await openPlayer(page, server)
    user = await register(server)
  })
  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]()
    await server?.[Symbol.asyncDispose]()
    directory.clean()
  })

  interface Work {
    title: string
    play_url: string
    cover_url: string
  }
  const workOf = async (title: string) => {
    const params = { token: user.token, user_id: user.id }
    const list: Work[] = (await call(server, 'GET', 'publish/list/', params)).video_list
    return list.find((work) => work.title.endsWith(title))
  }
  /** Uploads a file and waits until it is ready, or says why it never will be. */
  const publish = async (title: string, path: string): Promise<Work | string> => {
    const parts = [
      ['token', user.token],
      ['title', title],
      ['data', readFileSync(path)],
    ] as const
    const answer = await upload(server, parts)
    if (answer.status_code !== 0) return `refused: ${answer.status_msg}`
    let work: Work | undefined
    await until(async () => {
      work = await workOf(title)
      return work !== undefined && !work.title.includes('处理中')
    })
    return work?.title === title ? work : `failed: ${work?.title}`
  }

  const able = ({ video }: Variant) => !(video.native && !nativeFfmpeg)

  test.skipIf(!here).each(chosen.filter(able).map((variant) => [variant.name, variant] as const))(
    '%s',
    async (name, variant) => {
      const path = await makeVariant(variant, nativeFfmpeg)
      const work = await publish(name, path)
      expect(typeof work === 'string' ? [work] : await faultsOf(variant, path, work, page)).toEqual(
        [],
      )
    },
  )
})
