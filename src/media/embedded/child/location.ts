// The worker of ffmpeg.wasm was written for browsers and reads `self.location.href`.
Object.assign(globalThis, { location: globalThis.location ?? { href: 'file:///' } })
