import { expect, test } from 'bun:test'
import { contract } from '../../src/http/endpoint/contract.ts'
import { rawEndpoint } from '../../src/http/endpoint/endpoint.ts'
import { createDispatch } from '../../src/http/server/dispatch.ts'

const declared = contract({ tag: 'a', summary: 'b', access: 'none' })
const log = { request() {}, note() {}, failure() {} }

/** Who answers a request: the endpoint itself, or the app. */
function answerer(method: string, path: string) {
  const endpoint = (name: string) =>
    rawEndpoint({ log } as never, declared, () => new Response(name))[0]
  const dispatch = createDispatch({
    routes: [
      { method: 'GET', path: '/read/', handler: endpoint('read') },
      { method: 'POST', path: '/write/', handler: endpoint('write') },
      { method: 'GET', path: '/page', handler: () => new Response('page') },
    ],
    fetch: () => new Response('app'),
  })
  const request = new Request(`http://here${path}`, { method })
  return (dispatch(request, path, null as never) as Response).text()
}

test.each([
  ['GET', '/read/', 'read'],
  ['GET', '/read', 'read'],
  ['POST', '/read/', 'app'],
  ['HEAD', '/read/', 'app'],
  ['OPTIONS', '/read/', 'app'],
  ['GET', '//read/', 'app'],
  ['GET', '/read//', 'app'],
  ['GET', '/READ/', 'app'],
  ['GET', '/write/', 'app'],
  ['POST', '/write/', 'write'],
  ['POST', '/write', 'write'],
  ['PUT', '/write/', 'app'],
  ['POST', '/write//', 'app'],
  ['POST', '/page', 'app'],
  // Whatever else hangs on such a route is the framework's to see to.
  ['GET', '/page', 'app'],
  ['GET', '/', 'app'],
])('%s %s is answered by the %s', async (method, path, who) => {
  expect(await answerer(method, path)).toBe(who)
})
