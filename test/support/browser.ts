import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import manifest from '../../package.json' with { type: 'json' }

/** A headless Chromium that plays H.264 and reaches nothing by itself. Disposing of it closes all. */
export interface Browser extends AsyncDisposable {
  /** Opens an empty page in a profile of its own: nothing stored, no cache. */
  page(options?: BrowserContextOptions): Promise<Page>
}

/** The path of another Chromium than the packed one, which has no Chinese font for example. */
const own = process.env.DOUYIN_TEST_BROWSER

/** Why there can be no browser, for `test.skipIf` and a sentence; null if there is one. */
export const noBrowser: string | null =
  own || (process.platform === 'linux' && process.arch === 'x64')
    ? null
    : 'without a browser: the packed one is for Linux on x64; DOUYIN_TEST_BROWSER names another'
if (noBrowser) console.warn(noBrowser)

/**
 * Starts a browser: that of DOUYIN_TEST_BROWSER, else the one of the packages, which brings the
 * libraries and fonts that it needs.
 * @param flags more flags of Chromium
 */
export async function openBrowser(flags: readonly string[] = []): Promise<Browser> {
  const launch = await browserProgram()
  const browser = await chromium.launch({
    executablePath: launch.executablePath,
    args: [...quiet, ...flags],
    env: { ...process.env, ...launch.env } as Record<string, string>,
  })
  return {
    async page(options) {
      return (await browser.newContext(options)).newPage()
    },
    [Symbol.asyncDispose]: () => browser.close(),
  }
}

/** The path of the browser that the tests use, and what it needs of the environment. */
export const browserProgram = async (): Promise<{
  executablePath: string
  env: Record<string, string>
}> => (own ? { executablePath: own, env: {} } : packedBrowser())

/** Flags: works as root and without a network or graphics. */
export const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
]

async function packedBrowser(): Promise<{ executablePath: string; env: Record<string, string> }> {
  const folder = await unpacked()
  return {
    executablePath: join(folder, 'chromium'),
    env: {
      LD_LIBRARY_PATH: join(folder, 'al2023/lib'),
      FONTCONFIG_PATH: join(folder, 'fonts'),
      XDG_CACHE_HOME: join(folder, 'cache'),
    },
  }
}

const cache = join(import.meta.dir, '../../node_modules/.cache')

/**
 * The folder with the unpacked browser, 211 MB, made when it is first asked for (a second or two). In
 * another process, since the package unpacks into the system's folder for temporary files, where two
 * processes at once would find half of it.
 */
async function unpacked(): Promise<string> {
  const folder = join(cache, `browser-${manifest.devDependencies['@sparticuz/chromium']}`)
  if (existsSync(folder)) return folder
  await mkdir(cache, { recursive: true })
  const made = await mkdtemp(join(cache, 'unpacking-'))
  try {
    const script =
      "console.log(await (await import('@sparticuz/chromium')).default.executablePath())"
    const child = Bun.spawn([process.execPath, '-e', script], {
      cwd: import.meta.dir,
      // The second makes it unpack its libraries as well.
      env: { ...process.env, TMPDIR: made, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' },
      stderr: 'pipe',
    })
    if ((await child.exited) !== 0) throw new Error(await child.stderr.text())
    // The package's own names the system's folder. Without any font a form control ends the browser.
    // Relative, since the folder may be moved, or be shared by copies of the repository.
    const fonts = `<dir prefix="relative">fonts</dir><cachedir prefix="xdg">fonts</cachedir>`
    await Bun.write(join(made, 'fonts/fonts.conf'), `<fontconfig>${fonts}</fontconfig>`)
    await rename(made, folder).catch((error) => {
      // Another process was first.
      if (!existsSync(folder)) throw error
    })
  } finally {
    await rm(made, { recursive: true, force: true })
  }
  return folder
}
