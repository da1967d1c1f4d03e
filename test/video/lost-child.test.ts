import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { register } from '../support/api.ts'
import { filesOf } from '../support/data-files.ts'
import { makeClip } from '../support/media/make.ts'
import { commandOf, descendants, openFilesOf } from '../support/processes.ts'
import { bootServer, type TestServer } from '../support/server.ts'
import { fromSource, run } from '../support/spawn.ts'
import { until } from '../support/until.ts'
import { publish } from '../support/works.ts'

const long = Boolean(process.env.DOUYIN_TEST_LONG)
setDefaultTimeout(long ? 900_000 : 120_000)

/** A process that is stopped has to run out of its time, which takes more than a minute. */
const signals = long ? (['SIGKILL', 'SIGSTOP'] as const) : (['SIGKILL'] as const)

// The mistake that these catch: a transcode that is lost twice is taken for a fault of its file, whose
// bytes are then refused, to everybody and for good.

describe.skipIf(process.platform !== 'linux')('a transcode', () => {
  test.each(signals)(
    'whose process gets %s twice is kept, shown as delayed and done when asked for',
    async (signal) => {
      await using server = await bootServer()
      const [author, other] = [await register(server), await register(server)]
      const picture = ['-f', 'lavfi', '-i', 'testsrc2=s=320x240:r=30:d=8', '-c:v', 'mpeg4']
      const bytes = readFileSync(await makeClip('avi', picture))
      const cli = async (...words: string[]) => {
        const command = [...fromSource, 'videos', ...words, '--data', server.ctx.config.data]
        const { code, stdout } = await run(command)
        expect(code).toBe(0)
        return stdout
      }

      await publish(server, author.token, 'mine', bytes)
      await lose(server, signal)
      expect(await titlesOf(server, author, 'zh')).toEqual(['【处理中，已延迟】mine'])
      expect(await titlesOf(server, author, 'en')).toEqual(['【processing, delayed】mine'])
      expect(filesOf(server).sources).toHaveLength(1)
      const reason = signal === 'SIGSTOP' ? 'it took longer than' : 'was lost'
      expect(await cli('--state', 'delayed')).toContain(reason)
      const [{ id }] = JSON.parse(await cli('--state', 'delayed', '--json')) as [{ id: number }]
      await cli('retry', `${id}`)
      await lose(server, signal, 2)

      // Whoever uploads it again asks for the next try.
      await publish(server, other.token, 'theirs', bytes)
      await lose(server, signal, 3)
      expect(await titlesOf(server, other, 'en')).toEqual(['【processing, delayed】theirs'])
      expect(filesOf(server).sources).toHaveLength(1)
      await publish(server, other.token, 'theirs too', bytes)
      const feed = async () =>
        (await server.ctx.store.videos.feed(Number.MAX_SAFE_INTEGER, 9)).map((c) => c.video.title)
      await until(async () => (await feed()).length === 3)
      expect((await feed()).toSorted()).toEqual(['mine', 'theirs', 'theirs too'])
    },
  )
})

/** Sends a signal to the process that transcodes, and waits until its job is put back. */
async function lose(server: TestServer, signal: NodeJS.Signals, tries = 1): Promise<void> {
  server.transcoder.wake()
  let lost = 0
  await until(() => {
    lost = descendants(process.pid).find(transcodes) ?? 0
    return lost > 0
  })
  process.kill(lost, signal)
  while (true) {
    const [work] = await server.ctx.store.videos.list({ limit: 1, state: 'delayed' })
    if (work?.job?.tries === tries && !work.job.running) return
    await Bun.sleep(20)
  }
}

const transcodes = (pid: number): boolean =>
  commandOf(pid).includes('background') &&
  openFilesOf(pid).some((path) => path.includes('/sources/'))

async function titlesOf(
  { url }: TestServer,
  { id, token }: { id: number; token: string },
  language: string,
): Promise<string[]> {
  const response = await fetch(`${url}/douyin/publish/list/?token=${token}&user_id=${id}`, {
    headers: { 'accept-language': language },
  })
  const { video_list: works } = (await response.json()) as { video_list: { title: string }[] }
  return works.map(({ title }) => title)
}
