/** Where the worker puts what was shared with the installed client: see `app/worker.ts`. */
const sharedCache = 'shared'

/** Takes what came from the system's share sheet, once. */
export async function takeShared(): Promise<{ files: File[]; title: string }> {
  if (!('caches' in window) || !(await caches.has(sharedCache))) return { files: [], title: '' }
  const cache = await caches.open(sharedCache)
  const responses = await Promise.all((await cache.keys()).map((key) => cache.match(key)))
  await caches.delete(sharedCache)
  const files = await Promise.all(
    responses
      .filter((response) => response !== undefined)
      .map(async (response) => {
        const name = decodeURIComponent(response.headers.get('x-name') ?? 'video')
        return new File([await response.blob()], name)
      }),
  )
  const title = decodeURIComponent(responses[0]?.headers.get('x-title') ?? '')
  return { files, title }
}
