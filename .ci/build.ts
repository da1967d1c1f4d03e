// Builds `dist/douyin`. By Bun's own interface instead of `bun build`, because only that takes the
// plugin which packs ffmpeg.
import { join } from 'node:path'
import { packCore } from '../src/media/embedded/pack.ts'

const root = join(import.meta.dir, '..')

const { success, logs } = await Bun.build({
  // Workers, and what that of ffmpeg loads, are files of their own, which keep their folders.
  entrypoints: [
    'cli/main.ts',
    'src/media/embedded/worker.ts',
    'src/media/embedded/core.ts',
    'src/store/sqlite/checkpoint.worker.ts',
  ].map((path) => join(root, path)),
  root,
  minify: true,
  bytecode: true,
  // With the other format, bytecode would bind the workers to this directory.
  format: 'esm',
  plugins: [packCore],
  throw: false,
  compile: {
    outfile: join(root, 'dist/douyin'),
    // A .env or bunfig.toml that lies where the program is started is none of its business.
    autoloadDotenv: false,
    autoloadBunfig: false,
  },
})
for (const log of logs) console.error(log)
if (!success) process.exit(1)
