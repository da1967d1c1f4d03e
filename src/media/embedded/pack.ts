import type { BunPlugin } from 'bun'

/**
 * For the build: packs ffmpeg's 32 MB of WebAssembly to 8.6 MB inside the executable. The highest
 * level would save 0.9 MB more and take 16 seconds instead of one.
 * `core.ts` takes it either way, so that the source tree and a plain `bun build` need no packing.
 */
export const packCore: BunPlugin = {
  name: 'pack-ffmpeg-core',
  setup(build) {
    build.onLoad({ filter: /ffmpeg-core\.wasm$/ }, async ({ path }) => ({
      contents: Bun.zstdCompressSync(await Bun.file(path).bytes(), { level: 12 }),
      loader: 'file',
    }))
  },
}
