import { expect, test } from 'bun:test'
import { batch, computed, effect, signal } from '../../src/web/lib/signals.ts'

test('who has read a signal is told of a change, once for a batch, and not of what is the same', () => {
  const [first, last] = [signal('a'), signal('b')]
  const seen: string[] = []
  const stop = effect(() => void seen.push(first.value + last.value))
  first.value = 'c'
  first.value = 'c'
  batch(() => {
    first.value = 'd'
    last.value = 'e'
  })
  stop()
  first.value = 'f'
  expect(seen).toEqual(['ab', 'cb', 'de'])
})

// What was read in another branch, or only peeked at, would wake somebody for nothing.
test('only what was read the last time counts', () => {
  const [on, value, other] = [signal(true), signal(1), signal(10)]
  const seen: number[] = []
  effect(() => void seen.push(on.value ? value.value : other.peek()))
  on.value = false
  value.value = 2
  other.value = 20
  expect(seen).toEqual([1, 10])
})

test('what an effect returned is done before the next turn and at its end, and reads for nobody', () => {
  const [turn, aside] = [signal(1), signal(0)]
  const seen: string[] = []
  const stop = effect(() => {
    const now = turn.value
    seen.push(`begin ${now}`)
    return () => seen.push(`end ${now} ${aside.value}`)
  })
  turn.value = 2
  aside.value = 1
  stop()
  stop()
  expect(seen).toEqual(['begin 1', 'end 1 0', 'begin 2', 'end 2 1'])
})

test('an effect within another one, or one that changes a signal, has its own readers', () => {
  const [source, copy] = [signal(1), signal(0)]
  const double = computed(() => copy.value * 2)
  const seen: number[] = []
  effect(() => {
    copy.value = source.value
    effect(() => void seen.push(double.value))
  })
  copy.value = 5
  expect(seen).toEqual([2, 10])
  expect(double.peek()).toBe(10)
})

test('one that fails keeps the others from nothing, and a circle ends', () => {
  const source = signal(0)
  const seen: number[] = []
  effect(() => {
    if (source.value === 1) throw new Error('no')
  })
  effect(() => void seen.push(source.value))
  expect(() => {
    source.value = 1
  }).toThrow('no')
  source.value = 2
  expect(seen).toEqual([0, 1, 2])
  const round = signal(0)
  expect(() =>
    effect(() => {
      round.value += 1
    }),
  ).toThrow('circle')
})
