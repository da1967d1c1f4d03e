import { call } from '../api.ts'
import { freshClip, upload } from '../upload.ts'

/** Something that a writer asked for. */
export type Deed =
  | { kind: 'register'; name: string }
  | { kind: 'publish'; userId: number; title: string }
  | { kind: 'comment'; userId: number; videoId: number; content: string }
  | { kind: 'message'; userId: number; toUserId: number; content: string }
  | { kind: 'like'; userId: number; videoId: number; on: boolean }
  | { kind: 'follow'; userId: number; toUserId: number; on: boolean }

/** A deed with when it was asked for and acknowledged, Unix ms with fractions. */
export interface Entry {
  readonly deed: Deed
  readonly asked: number
  /** Null if nobody said that it was done. */
  heard: number | null
  /** The `status_code` of a refusal, and when it came. */
  refused?: number
  refusedAt?: number
  id?: number
}

export interface Person {
  readonly id: number
  readonly name: string
  readonly token: string
}

/** What is known between rounds: who there is, what was asked for, and what may be written about. */
export interface Ledger {
  readonly entries: Entry[]
  readonly people: Person[]
  readonly videos: number[]
  /** Answers that no caller should ever get. */
  readonly wrong: string[]
}

export const createLedger = (): Ledger => ({ entries: [], people: [], videos: [], wrong: [] })

const now = () => performance.timeOrigin + performance.now()

let names = 0
const unique = (what: string) => `${what}-${process.pid}-${++names}`

/** Flags of a server on which nobody is throttled. */
export const unthrottled = [
  ...['--register-rate', '0', '--write-rate', '0', '--read-rate', '0'],
  ...['--message-rate', '1000000', '--uploads-per-address', '100'],
]

type Server = { url: string }

/** Asks for a deed and notes what becomes of it; null if no answer came. */
async function ask(
  ledger: Ledger,
  deed: Deed,
  request: () => Promise<{ status_code: number } & Record<string, any>>,
) {
  const entry: Entry = { deed, asked: now(), heard: null }
  ledger.entries.push(entry)
  try {
    const answer = await request()
    if (typeof answer?.status_code !== 'number' || typeof answer.status_msg !== 'string') {
      ledger.wrong.push(`${deed.kind}: ${JSON.stringify(answer)}`)
    }
    if (answer.status_code === 0) entry.heard = now()
    else Object.assign(entry, { refused: answer.status_code, refusedAt: now() })
    return { entry, answer }
  } catch (error) {
    // Not JSON is an answer that nobody can read; anything else is a connection that broke.
    if (error instanceof SyntaxError) ledger.wrong.push(`${deed.kind}: ${error.message}`)
    return null
  }
}

/** Registers somebody; null if that wasn't acknowledged. */
export async function join(server: Server, ledger: Ledger): Promise<Person | null> {
  const name = unique('u')
  const asked = await ask(ledger, { kind: 'register', name }, () =>
    call(server, 'POST', 'user/register/', { username: name, password: 'secret-1' }),
  )
  if (!asked || asked.entry.heard === null) return null
  const person = { id: asked.answer.user_id, name, token: asked.answer.token }
  asked.entry.id = person.id
  ledger.people.push(person)
  return person
}

/** Publishes a clip: bytes that nobody had before, or those of every other caller. */
export async function publish(
  server: Server,
  ledger: Ledger,
  { id: userId, token }: Person,
  bytes: Uint8Array,
): Promise<boolean> {
  const title = unique('t')
  const asked = await ask(ledger, { kind: 'publish', userId, title }, () =>
    upload(
      server,
      [
        ['title', title],
        ['data', bytes],
      ],
      `?token=${token}`,
    ),
  )
  return asked !== null && asked.entry.heard !== null
}

/** Notes the ids of the videos that can be liked and commented on. */
export async function learnVideos(server: Server, ledger: Ledger): Promise<void> {
  const { video_list: list } = await call(server, 'GET', 'feed/')
  ledger.videos.splice(0, ledger.videos.length, ...list.map((video: { id: number }) => video.id))
}

/** Registers people and publishes a first video, so that there is something to write about. */
export async function settle(
  server: Server,
  ledger: Ledger,
  people: number,
  common: Uint8Array,
): Promise<void> {
  await Promise.all(Array.from({ length: people }, () => join(server, ledger)))
  await publish(server, ledger, ledger.people[0]!, common)
  await learnVideos(server, ledger)
}

const pick = <T>(list: readonly T[]): T => list[Math.floor(Math.random() * list.length)]!

/** One thing that a person does, at random; false once the server answers no more. */
async function act(
  server: Server,
  ledger: Ledger,
  person: Person,
  common: Uint8Array,
  growth: number,
): Promise<boolean> {
  const { id: userId, token } = person
  const toUserId = pick(ledger.people).id
  const videoId = pick(ledger.videos)
  const on = Math.random() < 0.7
  const action_type = on ? 1 : 2
  const dice = Math.random()
  const post = (deed: Deed, path: string, params: Record<string, string | number>) =>
    ask(ledger, deed, () => call(server, 'POST', path, { token, ...params }))
  if (dice < 0.25 && videoId) {
    const params = { video_id: videoId, action_type }
    return (await post({ kind: 'like', userId, videoId, on }, 'favorite/action/', params)) !== null
  }
  if (dice < 0.45 && videoId) {
    const content = unique('c')
    const params = { video_id: videoId, action_type: 1, comment_text: content }
    const deed = { kind: 'comment', userId, videoId, content } as const
    const asked = await post(deed, 'comment/action/', params)
    if (asked?.entry.heard) asked.entry.id = asked.answer.comment.id
    return asked !== null
  }
  if (dice < 0.65 && toUserId !== userId) {
    const params = { to_user_id: toUserId, action_type }
    return (
      (await post({ kind: 'follow', userId, toUserId, on }, 'relation/action/', params)) !== null
    )
  }
  if (dice < 0.93 && toUserId !== userId) {
    const content = unique('m')
    const params = { to_user_id: toUserId, action_type: 1, content }
    const deed = { kind: 'message', userId, toUserId, content } as const
    return (await post(deed, 'message/action/', params)) !== null
  }
  if (dice < 0.95) return nonsense(server, ledger, person)
  if (Math.random() >= growth) return true
  if (dice < 0.98) {
    await publish(server, ledger, person, Math.random() < 0.3 ? await freshClip() : common)
    return true
  }
  await join(server, ledger)
  return true
}

/** What is refused among what is good, and so must leave nothing, nor take anything good along. */
async function nonsense(server: Server, ledger: Ledger, person: Person): Promise<boolean> {
  const { id: userId, token } = person
  const nobody = 999_999_999
  const content = unique('n')
  const message = Math.random() < 0.5
  const deed: Deed = message
    ? { kind: 'message', userId, toUserId: nobody, content }
    : { kind: 'comment', userId, videoId: nobody, content }
  const params = message
    ? { to_user_id: nobody, action_type: 1, content }
    : { video_id: nobody, action_type: 1, comment_text: content }
  const path = message ? 'message/action/' : 'comment/action/'
  const asked = await ask(ledger, deed, () => call(server, 'POST', path, { token, ...params }))
  if (asked?.entry.heard) ledger.wrong.push(`acknowledged: ${JSON.stringify(deed)}`)
  return asked !== null
}

/**
 * Mixed writers, each one thing after the other, until told to stop or the server is gone.
 * @param options `pause` is ms of rest after each deed, `growth` how much of the usual share of new
 *   people and works there is
 */
export function write(
  server: Server,
  ledger: Ledger,
  options: { writers: number; common: Uint8Array; deeds?: number; pause?: number; growth?: number },
): { stop(): Promise<void>; done: Promise<void> } {
  let stopped = false
  const { deeds = Number.POSITIVE_INFINITY, pause = 0, growth = 1 } = options
  const one = async (at: number) => {
    const person = ledger.people[at % ledger.people.length]!
    for (let done = 0; done < deeds && !stopped; done++) {
      if (!(await act(server, ledger, person, options.common, growth)) && deeds === Infinity) return
      if (pause > 0) await Bun.sleep(pause)
    }
  }
  const done = Promise.all(Array.from({ length: options.writers }, (_, at) => one(at))).then(
    () => {},
  )
  return {
    done,
    async stop() {
      stopped = true
      await done
    },
  }
}
