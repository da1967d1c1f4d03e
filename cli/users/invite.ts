import type { Command } from 'commander'
import type { Invite } from '../../src/store/user.ts'
import { hashInviteCode, newInviteCode } from '../../src/user/login/invite.ts'
import { Failure } from '../lib/failure.ts'
import { openOrMake, openWhole } from '../lib/open.ts'
import { note, print, printJson } from '../lib/output.ts'
import { readConfig } from '../lib/settings.ts'
import { type Column, table } from '../lib/table.ts'
import { formatTime, isoTime } from '../lib/text.ts'

const dayMs = 24 * 60 * 60 * 1000

interface Options {
  readonly days: number
  readonly count: number
  readonly list?: true
  readonly revoke?: number
  readonly json?: true
}

/** `douyin users invite`: makes codes that one person each may register with, lists or revokes them. */
export async function invite(options: Options, command: Command): Promise<void> {
  // Of a directory that isn't there is nothing to list or revoke: its name is misspelt.
  const makes = options.revoke === undefined && !options.list
  await using ports = makes ? openOrMake(command) : openWhole(command)
  const { invites } = ports.store
  if (options.revoke !== undefined) {
    const id = options.revoke
    if (!(await invites.revoke(id))) {
      throw new Failure(`There is no invite ${id} that could still be used.`)
    }
    return options.json ? printJson({ id, revoked: true }) : print(`Invite ${id} is revoked.`)
  }
  if (options.list) return show(await invites.list(Date.now()), options)
  const codes = Array.from({ length: options.count }, newInviteCode)
  const expiresAt = Date.now() + options.days * dayMs
  const ids = await invites.create(codes.map(hashInviteCode), expiresAt)
  if (options.json) {
    const expires = isoTime(expiresAt)
    return printJson(codes.map((code, at) => ({ id: ids[at], code, expires_at: expires })))
  }
  for (const code of codes) print(code)
  note(`For one registration each until ${formatTime(expiresAt)}, as the parameter \`invite\`.`)
  if (readConfig(command).registration !== 'invite') {
    note('They are asked for where the server runs with --registration invite.')
  }
}

function show(invites: readonly Invite[], { json }: Options): void {
  if (json) printJson(invites.map(inviteJson))
  else if (invites.length === 0) note('There are no invites that could still be used.')
  else print(table(columns, invites))
}

const inviteJson = ({ id, createdAt, expiresAt }: Invite) => ({
  id,
  created_at: isoTime(createdAt),
  expires_at: isoTime(expiresAt),
})

const columns: readonly Column<Invite>[] = [
  { title: 'ID', align: 'right', text: ({ id }) => String(id) },
  { title: 'CREATED', text: ({ createdAt }) => formatTime(createdAt) },
  { title: 'EXPIRES', text: ({ expiresAt }) => formatTime(expiresAt) },
]
