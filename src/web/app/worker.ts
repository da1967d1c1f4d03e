// The service worker: the client opens without a network, and takes what is shared with it. Nothing
// of the API and no video is kept.

interface WorkerEvent extends Event {
  waitUntil(promise: Promise<unknown>): void
}
interface FetchEvent extends WorkerEvent {
  readonly request: Request
  respondWith(response: Promise<Response>): void
}

const cacheName = 'client'
const page = '/offline'

self.addEventListener('install', (event) => {
  ;(event as WorkerEvent).waitUntil(caches.open(cacheName).then((cache) => keepPage(cache)))
})

self.addEventListener('fetch', (event) => {
  const { request } = event as FetchEvent
  const url = new URL(request.url)
  if (url.origin !== location.origin) return
  const respond = (response: Promise<Response>) => (event as FetchEvent).respondWith(response)
  if (request.method === 'POST' && url.pathname === '/post') respond(takeShare(request))
  else if (request.method !== 'GET') return
  else if (url.pathname.startsWith('/assets/')) respond(asset(request))
  else if (request.mode === 'navigate') respond(navigate(request))
})

/** Keeps the page for when there is no network, with the files that it names, and no older ones. */
async function keepPage(cache: Cache): Promise<void> {
  const response = await fetch(page)
  if (!response.ok) return
  const text = await response.clone().text()
  const files = [...text.matchAll(/\/assets\/[\w.-]+/g)].map(([path]) => path)
  for (const { url } of await cache.keys()) {
    const path = new URL(url).pathname
    if (path.startsWith('/assets/') && !files.includes(path)) await cache.delete(url)
  }
  await cache.addAll(files)
  await cache.put(page, response)
}

/** A file of that name never changes. */
async function asset(request: Request): Promise<Response> {
  const cache = await caches.open(cacheName)
  const known = await cache.match(request, { ignoreVary: true })
  if (known) return known
  const response = await fetch(request)
  if (response.ok) await cache.put(request, response.clone())
  return response
}

async function navigate(request: Request): Promise<Response> {
  try {
    return await fetch(request)
  } catch (error) {
    const known = await (await caches.open(cacheName)).match(page, { ignoreVary: true })
    if (known) return known
    throw error
  }
}

/** Puts what the system's share sheet brought where the page finds it, and opens the page. */
async function takeShare(request: Request): Promise<Response> {
  const form = await request.formData()
  const title = encodeURIComponent(String(form.get('title') || form.get('text') || ''))
  const cache = await caches.open('shared')
  for (const [at, file] of form.getAll('video').entries()) {
    if (typeof file === 'string') continue
    const headers = { 'x-name': encodeURIComponent(file.name), 'x-title': title }
    await cache.put(`/shared/${at}`, new Response(file, { headers }))
  }
  return Response.redirect('/post', 303)
}
