// Builds `dist/douyin`. By Bun's own interface instead of `bun build`, because only that takes
// plugins.
import { join } from 'node:path'
import { collectPackages, entrypoints, packLicenses, root } from '../cli/licenses/collect.ts'
import { packCore } from '../src/media/embedded/pack.ts'
import { bundleClient } from '../src/web/server/bundle.ts'
import { packClient } from '../src/web/server/pack.ts'

const { success, logs } = await Bun.build({
  entrypoints,
  root,
  minify: true,
  bytecode: true,
  // With the other format, bytecode would bind the workers to this directory.
  format: 'esm',
  plugins: [packCore, packLicenses(await collectPackages()), packClient(await bundleClient())],
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
