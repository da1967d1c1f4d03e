import { expect, spyOn, test } from 'bun:test'
import { announce } from '../../cli/serve/announce.ts'
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
