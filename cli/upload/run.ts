import { basename } from 'node:path'
import { formatSize } from '../../src/lib/units.ts'
import { ConnectionError, originOf } from '../lib/api.ts'
import { Failure, sentenceOf } from '../lib/failure.ts'
import { type LoginOptions, tokenFor } from '../lib/login.ts'
import { note, paint, print, printJson } from '../lib/output.ts'
import { createProgress, type Progress } from '../lib/progress.ts'
import { askUnlessGiven } from '../lib/prompt.ts'
import { clean, plural } from '../lib/text.ts'
import { findFiles } from './files.ts'
import { newestWork, publishFile, type Target, type UploadListener } from './publish.ts'

/** Options of `douyin upload`. */
export interface UploadOptions extends LoginOptions {
  readonly title?: string
  readonly json?: true
}

/** The outcome for one file. */
interface Outcome {
  readonly file: string
  readonly published: boolean
  readonly title?: string
  /** Bytes. */
  readonly size?: number
  /** False as long as the server transcodes it. */
  readonly ready?: boolean
  readonly error?: string
}

/** `douyin upload`. @throws Failure if a file could not be published, or none was found */
export async function upload(given: readonly string[], options: UploadOptions): Promise<void> {
  const server = originOf(options.server)
  const files = await findFiles(given.length > 0 ? given : [await askFile()])
  const target = await openTarget(server, options)
  const progress = createProgress()
  const outcomes: Outcome[] = []
  for (const [at, file] of files.entries()) {
    const label = files.length > 1 ? `${at + 1}/${files.length} ${basename(file)}` : basename(file)
    outcomes.push(await attempt(target, file, options.title, showUpload(progress, label)))
  }
  summarize(outcomes, options.json === true)
}

const askFile = () =>
  askUnlessGiven(undefined, {
    question: 'File or folder: ',
    missing: 'Name the files to upload: douyin upload FILE…',
  })

/** Logs in before the first byte is sent, so that a wrong server or password is reported at once. */
async function openTarget(server: string, options: UploadOptions): Promise<Target> {
  try {
    const target = { server, token: await tokenFor(server, options) }
    await newestWork(target)
    return target
  } catch (error) {
    throw error instanceof ConnectionError ? new Failure(error.message) : error
  }
}

async function attempt(
  target: Target,
  file: string,
  title: string | undefined,
  listener: UploadListener & { end(): void },
): Promise<Outcome> {
  try {
    const work = await publishFile(target, { path: file, title }, listener)
    listener.end()
    return { file, published: true, ...work }
  } catch (error) {
    listener.end()
    const sentence = error instanceof ConnectionError ? error.message : sentenceOf(error)
    note(`${paint.red('failed')} ${clean(file)}: ${sentence}`)
    return { file, published: false, error: sentence }
  }
}

/** Shows one upload; a retry starts a new bar below the broken one. */
function showUpload(progress: Progress, label: string): UploadListener & { end(): void } {
  let running = false
  const end = () => {
    if (running) progress.stop()
    running = false
  }
  return {
    begin(size) {
      progress.start(label, size, 'bytes')
      running = true
    },
    sent: (amount) => progress.advance(amount),
    processing() {
      end()
      note(`${clean(label)}: the server is processing it …`)
    },
    retry(reason) {
      end()
      note(`${reason} Trying again …`)
    },
    end,
  }
}

function summarize(outcomes: readonly Outcome[], json: boolean): void {
  const done = outcomes.filter((outcome) => outcome.published)
  const failed = outcomes.length - done.length
  const bytes = done.reduce((sum, { size = 0 }) => sum + size, 0)
  if (json) printJson(outcomes)
  else if (done.length > 0) {
    print(`Published ${plural(done.length, 'video')} (${formatSize(bytes)}).`)
  }
  const later = done.filter(({ ready }) => ready === false).length
  if (later > 0) {
    note(`${plural(later, 'video')} will appear as soon as the server has transcoded it.`)
  }
  if (failed > 0) throw new Failure(`${plural(failed, 'file')} could not be published.`)
}
