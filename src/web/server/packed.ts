import { join } from 'node:path'
import type { Bundle } from './bundle.ts'

let kept: { readonly bundle: Promise<Bundle>; readonly at: number } | null = null

/**
 * The client. From source it is built at the first request and again when a file was saved since;
 * the build of the executable puts a module with the finished one in this one's place.
 */
export async function packedBundle(): Promise<Bundle> {
  const saved = newest()
  if (kept === null || kept.at < saved) {
    const { bundleClient } = await import('./bundle.ts')
    kept = { bundle: bundleClient(), at: saved }
    // What couldn't be built is tried again, or a mistake would outlive its correction.
    kept.bundle.catch(() => {
      kept = null
    })
  }
  return kept.bundle
}

/** When a file of the client was saved last: Unix ms. */
function newest(): number {
  const web = join(import.meta.dir, '..')
  const paths = [...new Bun.Glob('**/*.{ts,tsx,css}').scanSync(web)]
  return Math.max(...paths.map((path) => Bun.file(join(web, path)).lastModified))
}
