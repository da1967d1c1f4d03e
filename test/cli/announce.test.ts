import { expect, spyOn, test } from 'bun:test'
import { encode } from 'uqr'
import { announce } from '../../cli/serve/announce.ts'
import { qrCodeLines } from '../../cli/serve/qr-code.ts'
import { loadConfig } from '../../src/config.ts'

/** What is said on stderr when the service starts with these settings. */
function remarks(flags: Parameters<typeof loadConfig>[0]): string {
  const out = spyOn(process.stdout, 'write').mockImplementation(() => true)
  const err = spyOn(process.stderr, 'write').mockImplementation(() => true)
  try {
    announce(loadConfig(flags), { port: 8080, url: new URL('http://127.0.0.1:8080') })
    return err.mock.calls.map(([text]) => String(text)).join('')
  } finally {
    out.mockRestore()
    err.mockRestore()
  }
}

// Who opens a server to the world should hear of weak passwords before strangers find them.
test.each([
  [{ host: '203.0.113.7' }, true],
  [{ host: '127.0.0.1', publicUrl: 'https://video.example.com' }, true],
  [{ host: '127.0.0.1' }, false],
  [{ host: '192.168.1.5' }, false],
  [{ host: '203.0.113.7', strictPasswords: 'yes' }, false],
  [{ host: '203.0.113.7', registration: 'invite' }, false],
])('a start with %p explains --strict-passwords: %p', (flags, is) => {
  expect(remarks(flags).includes('--strict-passwords')).toBe(is)
})

// Half a code, or one of light on dark, is one that no phone reads.
test('the QR code has every module, dark on light, or is left out where it does not fit', () => {
  const address = 'http://192.168.1.20:8080'
  const lines = qrCodeLines(address, { columns: 80, rows: 24 })
  const modules = lines.flatMap((line) => {
    const text = /^\x1b\[30;107m([ ▀▄█]+)\x1b\[0m$/.exec(line)?.[1] ?? ''
    return [
      [...text].map((block) => block === '▀' || block === '█'),
      [...text].map((block) => block === '▄' || block === '█'),
    ]
  })
  const { data, size } = encode(address, { border: 2 })
  expect(modules.slice(0, size)).toEqual(data)
  expect(qrCodeLines(address, { columns: size - 1, rows: 24 })).toEqual([])
  expect(qrCodeLines(address, { columns: 80, rows: lines.length - 1 })).toEqual([])
  expect(qrCodeLines(address, { columns: 0, rows: 0 })).toEqual([])
})
