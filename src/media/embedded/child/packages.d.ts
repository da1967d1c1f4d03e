// What emscripten and the packages of ffmpeg.wasm leave untyped. Only what is used here.

declare module '@ffmpeg/core' {
  /** One instance of ffmpeg with its own memory; `ready` is awaited by the factory itself. */
  const createFFmpegCore: (
    module: Record<string, unknown>,
  ) => Promise<import('./disk-mount.ts').Core>
  export default createFFmpegCore
}

declare module '@ffmpeg/core/wasm' {
  const path: string
  export default path
}

declare module '@ffmpeg/ffmpeg/worker' {}

declare module 'ogv/dist/*.wasm' {
  const path: string
  export default path
}
