import type { BunPlugin } from 'bun'
import type { Bundle } from './bundle.ts'

/**
 * For the build of the executable: puts the finished client in the place of `packed.ts`. It is built
 * before, since a build inside the plugin of another one never ends.
 */
export function packClient(bundle: Bundle): BunPlugin {
  const files = [...bundle.files].map(([name, { type, gzip, br }]) => [
    name,
    type,
    Buffer.from(gzip).toString('base64'),
    Buffer.from(br).toString('base64'),
  ])
  const { files: _, ...names } = bundle
  const contents = `
    const bytes = (text) => new Uint8Array(Buffer.from(text, 'base64'))
    const unpack = () => ({
      ...${JSON.stringify(names)},
      files: new Map(${JSON.stringify(files)}.map(([name, type, gzip, br]) =>
        [name, { type, gzip: bytes(gzip), br: bytes(br) }])),
    })
    let kept = null
    export const packedBundle = async () => (kept ??= unpack())`
  return {
    name: 'pack-client',
    setup(build) {
      build.onLoad({ filter: /src\/web\/server\/packed\.ts$/ }, () => ({ contents, loader: 'js' }))
    },
  }
}
