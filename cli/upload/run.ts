import { basename } from 'node:path'
import { formatSize } from '../../src/lib/units.ts'
import type { Account } from '../lib/api.ts'
import { Failure, sentenceOf } from '../lib/failure.ts'
import { type LoginOptions, withAccount } from '../lib/login.ts'
import { note, paint, print, printJson } from '../lib/output.ts'
import { createProgress } from '../lib/progress.ts'
import { askUnlessGiven } from '../lib/prompt.ts'
import { clean, plural } from '../lib/text.ts'
import { findFiles } from './files.ts'
import { maxTitle, newestWork, type Published, publishFile } from './publish.ts'

/** The outcome for one file. */
interface Outcome extends Partial<Published> {
  readonly file: string
  readonly published: boolean
  readonly error?: string
}

/** `douyin upload`. @throws Failure if a file could not be published, or none was found */
export async function upload(
  given: readonly string[],
  options: LoginOptions & { title?: string; json?: true },
): Promise<void> {
  assertTitle(options.title)
  const files = await findFiles(given.length > 0 ? given : [await askFile()])
  const outcomes = await withAccount(options, (account) =>
    publishAll(account, files, options.title),
  )
  summarize(outcomes, options.json === true)
}

async function publishAll(
  account: Account,
  files: readonly string[],
  title: string | undefined,
): Promise<readonly Outcome[]> {
  // Before the first byte is sent, so that a token which isn't valid is reported at once.
  await newestWork(account)
  const progress = createProgress()
  const outcomes: Outcome[] = []
  for (const [at, path] of files.entries()) {
    const label = files.length > 1 ? `${at + 1}/${files.length} ${basename(path)}` : basename(path)
    try {
      const work = await publishFile(account, { path, title, label }, progress)
      outcomes.push({ file: path, published: true, ...work })
    } catch (error) {
      const sentence = sentenceOf(error)
      note(`${paint.red('failed')} ${clean(path)}: ${sentence}`)
      outcomes.push({ file: path, published: false, error: sentence })
    }
  }
  return outcomes
}

/** What the server would say once it has the whole video. @throws Failure */
function assertTitle(title: string | undefined): void {
  if (title === undefined) return
  if (title.trim() === '') throw new Failure('--title must not be empty.', 2)
  const length = [...title.trim()].length
  if (length > maxTitle) throw new Failure(`--title may have at most ${maxTitle} characters.`, 2)
}

const askFile = () =>
  askUnlessGiven(undefined, {
    question: 'File or folder: ',
    missing: 'Name the files to upload, as in `douyin upload clip.mp4`.',
  })

function summarize(outcomes: readonly Outcome[], json: boolean): void {
  const done = outcomes.filter((outcome) => outcome.published)
  const failed = outcomes.length - done.length
  const repeated = done.filter((outcome) => outcome.repeated).length
  const bytes = done.reduce((sum, { size = 0, repeated }) => sum + (repeated ? 0 : size), 0)
  if (json) printJson(outcomes)
  else if (done.length > repeated) {
    print(`Published ${plural(done.length - repeated, 'video')} (${formatSize(bytes)}).`)
  }
  if (repeated > 0) {
    const [what, was] = [plural(repeated, 'video'), repeated === 1 ? 'was' : 'were']
    note(`${what} ${was} published with the same title within the last minute already.`)
  }
  const later = done.filter(({ ready }) => ready === false).length
  if (later > 0) {
    const them = later === 1 ? 'it' : 'them'
    note(`${plural(later, 'video')} will appear as soon as the server has transcoded ${them}.`)
  }
  if (failed > 0) throw new Failure(`${plural(failed, 'file')} could not be published.`)
}
