import { expect, test } from 'bun:test'
import { joinParts } from '../../src/web/server/icon-paths.ts'

// A part that begins with a relative move would be drawn from where the part before has ended.
test('the parts of an icon become one path, each where it was', () => {
  expect(
    joinParts([
      ['path', { d: 'M4 18v-2' }],
      ['path', { d: 'm15 17 5-5' }],
      ['circle', { cx: '12', cy: '10', r: '3' }],
      ['line', { x1: '1', y1: '2', x2: '3', y2: '4' }],
    ]),
  ).toBe('M4 18v-2M0 0m15 17 5-5M9 10a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M1 2L3 4')
  expect(joinParts([['rect', { x: '2', y: '4', width: '20', height: '16', rx: '2' }]])).toBe(
    'M4 4h16a2 2 0 0 1 2 2v12a2 2 0 0 1 -2 2h-16a2 2 0 0 1 -2 -2v-12a2 2 0 0 1 2 -2z',
  )
  expect(() => joinParts([['text', { x: '1' }]])).toThrow('an icon has a text')
})
