import { describe, expect, test } from 'bun:test'
import type { Bus, BusEvent } from '../../src/bus/bus.ts'
import { createLocalBus } from '../../src/bus/local.ts'

/** The promises of port 3, for whatever implements it. */
export function suite(name: string, makeBus: () => Promise<Bus>): void {
  const withBus = (body: (bus: Bus) => Promise<void>) => async () => {
    const bus = await makeBus()
    try {
      await body(bus)
    } finally {
      await bus.close()
    }
  }
  const event = (id: number): BusEvent => ({
    type: 'message',
    id,
    previous: id - 1,
    message: `{"id":${id},"content":"猫 \\u2028"}`,
    by: id % 2 === 0 ? null : 'device',
  })
  const listen = (bus: Bus, userId: number) => {
    const heard: BusEvent[] = []
    const stop = bus.subscribe(userId, (one) => heard.push(one))
    return { heard, stop }
  }
  /** Waits until an event that was published last has come, as everything before it then has. */
  const settle = async (bus: Bus, ...userIds: number[]) => {
    for (const userId of userIds) {
      const came = Promise.withResolvers<void>()
      const frame = `end ${Math.random()}`
      const stop = bus.subscribe(userId, (one) => {
        if (one.type === 'signal' && one.frame === frame) came.resolve()
      })
      bus.publish(userId, () => ({ type: 'signal', isStored: false, frame, by: null }))
      await came.promise
      stop()
    }
  }
  const messages = (heard: readonly BusEvent[]) => heard.filter(({ type }) => type === 'message')

  describe(`bus: ${name}`, () => {
    test(
      'an event reaches every listener of its user, unchanged, and nobody else',
      withBus(async (bus) => {
        const [one, two, other] = [listen(bus, 7), listen(bus, 7), listen(bus, 70)]
        bus.publish(7, () => event(1))
        await settle(bus, 7, 70)
        expect(messages(one.heard)).toEqual([event(1)])
        expect(messages(two.heard)).toEqual([event(1)])
        expect(messages(other.heard)).toEqual([])
      }),
    )

    test(
      'events of one publisher come in the order in which they were published',
      withBus(async (bus) => {
        const { heard } = listen(bus, 7)
        const all = Array.from({ length: 500 }, (_, at) => event(at + 1))
        for (const one of all) bus.publish(7, () => one)
        await settle(bus, 7)
        expect(messages(heard)).toEqual(all)
      }),
    )

    test(
      'the end of one subscription ends no other',
      withBus(async (bus) => {
        const [gone, here] = [listen(bus, 7), listen(bus, 7)]
        bus.publish(7, () => event(1))
        await settle(bus, 7)
        gone.stop()
        gone.stop()
        bus.publish(7, () => event(2))
        await settle(bus, 7)
        expect(messages(gone.heard)).toEqual([event(1)])
        expect(messages(here.heard)).toEqual([event(1), event(2)])
      }),
    )

    test(
      'two subscriptions of one function end on their own',
      withBus(async (bus) => {
        const heard: BusEvent[] = []
        const hear = (one: BusEvent) => heard.push(one)
        const stop = bus.subscribe(7, hear)
        bus.subscribe(7, hear)
        stop()
        bus.publish(7, () => event(1))
        await settle(bus, 7)
        expect(messages(heard)).toEqual([event(1)])
      }),
    )

    test(
      'a listener may end or begin subscriptions while it is called',
      withBus(async (bus) => {
        const heard: string[] = []
        const stop = bus.subscribe(7, () => {
          heard.push('first')
          stop()
          bus.subscribe(8, () => heard.push('inner'))
        })
        bus.subscribe(7, ({ type }) => type === 'message' && heard.push('second'))
        bus.publish(7, () => event(1))
        await settle(bus, 7)
        bus.publish(7, () => event(2))
        bus.publish(8, () => event(3))
        await settle(bus, 7)
        expect(heard.filter((who) => who === 'first')).toHaveLength(1)
        expect(heard.filter((who) => who === 'second')).toHaveLength(2)
        expect(heard).toContain('inner')
      }),
    )

    test(
      'an event without subscribers, or after the close, is dropped',
      withBus(async (bus) => {
        bus.publish(404, () => event(1))
        const { heard } = listen(bus, 7)
        await bus.close()
        bus.publish(7, () => event(1))
        expect(heard).toEqual([])
      }),
    )
  })
}

suite('local', async () => createLocalBus())

test('the local bus makes an event once for all who hear it, and for nobody none', async () => {
  const bus = createLocalBus()
  let made = 0
  const make = (): BusEvent => {
    made++
    return { type: 'sessions' }
  }
  bus.publish(7, make)
  expect(made).toBe(0)
  const stops = [bus.subscribe(7, () => {}), bus.subscribe(7, () => {})]
  bus.publish(7, make)
  expect(made).toBe(1)
  for (const stop of stops) stop()
  bus.publish(7, make)
  expect(made).toBe(1)
})
