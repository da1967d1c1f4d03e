/** What comes where a time is due, and is none. */
export const noTimes = [
  '',
  ' ',
  'now',
  '-1',
  '1.5',
  '0x10',
  'NaN',
  '1e400',
  '9'.repeat(40),
  '2024-01-01',
]
