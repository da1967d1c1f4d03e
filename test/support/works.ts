import { expect } from 'bun:test'
import { call } from './api.ts'
import { upload } from './upload.ts'

/** Publishes a video under a title, as somebody by their token. */
export async function publish(
  server: { url: string },
  token: string,
  title: string,
  bytes: Uint8Array,
): Promise<void> {
  const parts = [
    ['title', title],
    ['data', bytes],
  ] as const
  const answer = await upload(server, parts, `?token=${token}`)
  expect(answer.status_msg).toBe('成功')
}

/** The titles of a list of works, by its path. */
export async function titles(
  server: { url: string },
  path: string,
  params: Record<string, string | number> = {},
): Promise<string[]> {
  const { video_list: works } = await call(server, 'GET', path, params)
  return works.map(({ title }: { title: string }) => title)
}
