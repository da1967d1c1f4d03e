import createFFmpegCore from '@ffmpeg/core'
import wasm from '@ffmpeg/core/wasm' with { type: 'file' }
import { type Core, registerDisk } from './disk-mount.ts'

let compiled: Promise<WebAssembly.Module> | undefined

/**
 * The factory that `@ffmpeg/ffmpeg`'s worker loads as its `coreURL`. An instance of ffmpeg dies after
 * about 65 jobs, so each job gets a fresh one; compiling takes 300 ms, so it is done once.
 */
export default async function createCore(options: Record<string, unknown>): Promise<Core> {
  compiled ??= compile()
  const module = await compiled
  const core = await createFFmpegCore({
    ...options,
    instantiateWasm(
      imports: Bun.WebAssembly.Imports,
      done: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
    ) {
      WebAssembly.instantiate(module, imports).then((instance) => done(instance, module))
      return {}
    },
  })
  registerDisk(core)
  return core
}

/** The build may have packed it to a quarter of its size; unpacking takes 60 ms. */
async function compile(): Promise<WebAssembly.Module> {
  const bytes = await Bun.file(wasm).bytes()
  const packed = Buffer.from(bytes.buffer).readUInt32LE(0) === zstdMagic
  return WebAssembly.compile(packed ? await Bun.zstdDecompress(bytes) : bytes)
}

/** The magic number of a Zstandard frame: RFC 8878, 3.1.1. */
const zstdMagic = 0xfd2fb528
