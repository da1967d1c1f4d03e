import { expect, test } from 'bun:test'
import { call, register } from '../support/api.ts'
import type { Message } from '../support/chat/device.ts'
import { openPhone, type Phone } from '../support/chat/reconnecting.ts'
import { fromSource, type Spawned, spawnServer } from '../support/spawn.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

/** DOUYIN_TEST_LONG=1 takes ten times as many messages. */
const total = process.env.DOUYIN_TEST_LONG ? 20_000 : 2_000
const window = 10

test(
  `${total} messages of two users on three devices each, over sockets and HTTP, through broken connections and kill -9: each device holds each one once, in order`,
  async () => {
    const directory = temporaryDirectory()
    const start = () =>
      spawnServer(fromSource, directory.path, {
        flags: ['--log', 'off', '--message-rate', '1000000'],
      })
    let server: Spawned = await start()
    const users = [await register(server, 'ann'), await register(server, 'bob')]
    const phones = [0, 0, 0, 1, 1, 1].map((who, at) =>
      openPhone(() => server, users[who]!.token, `${users[who]!.name}-${at}`),
    )
    const peerOf = (at: number) => users[at < 3 ? 1 : 0]!
    let stored = 0
    const posted = new Set<string>()

    /** Keeps some messages of a device on their way until it has sent its share. */
    const talk = async (phone: Phone, at: number) => {
      const underWay = new Set<Promise<void>>()
      for (let i = 0; i < Math.floor(total / 8); i++) {
        const one = phone.send(peerOf(at).id, `socket ${at} ${i}`).then(() => {
          stored++
          underWay.delete(one)
        })
        underWay.add(one)
        if (underWay.size >= window) await Promise.race(underWay)
      }
      await Promise.all(underWay)
    }
    /** A client of the published API: it can't know of an answer that didn't come, so it goes on. */
    const post = async (who: number) => {
      for (let i = 0; i < Math.floor(total / 8); i++) {
        const content = `http ${who} ${i}`
        const params = {
          token: users[who]!.token,
          to_user_id: users[1 - who]!.id,
          action_type: 1,
          content,
        }
        const answer = await call(server, 'POST', 'message/action/', params).catch(() => null)
        if (answer?.status_code === 0) {
          posted.add(content)
          stored++
        } else await Bun.sleep(20)
      }
    }
    let over = false
    const breakConnections = async () => {
      for (let i = 0; !over; i++) {
        await Bun.sleep(30)
        phones[(i * 5) % 6]!.drop()
      }
    }
    const killServer = async () => {
      for (const share of [0.25, 0.6]) {
        while (stored < total * share) await Bun.sleep(5)
        await server.end('SIGKILL')
        server = await start()
      }
    }

    const breaking = breakConnections()
    await Promise.all([killServer(), ...phones.map(talk), post(0), post(1)])
    over = true
    await breaking

    const params = { token: users[0]!.token, to_user_id: users[1]!.id }
    const chat = await call(server, 'GET', 'message/chat/', params)
    const polled = chat.message_list as Message[]
    await Promise.all(phones.map((phone) => phone.holds(polled.at(-1)!.id)))

    // A message skipped, doubled or out of order shows here, on whichever device it happened.
    for (const phone of phones) {
      expect(phone.wrong).toEqual([])
      expect(phone.held).toEqual(polled)
    }
    const contents = polled.map(({ content }) => content)
    // What was sent again with its client_id is stored once.
    expect(new Set(contents).size).toBe(contents.length)
    const byContent = new Set(contents)
    const byId = new Map(polled.map((message) => [message.id, message]))
    expect([...posted].filter((content) => !byContent.has(content))).toEqual([])
    for (const [at, phone] of phones.entries()) {
      expect(phone.acked.size).toBe(Math.floor(total / 8))
      for (const message of phone.acked.values()) {
        expect(byId.get(message.id)).toEqual(message)
        expect(message.content).toStartWith(`socket ${at} `)
      }
      phone.end()
    }
    expect(await server.end('SIGTERM')).toBe(0)
    directory.clean()
  },
  process.env.DOUYIN_TEST_LONG ? 600_000 : 60_000,
)
