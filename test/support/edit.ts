import type { Answer } from './api.ts'

/** Sends an edit of a profile as the form that a browser makes; what is no text goes as a file. */
export async function edit(
  { url }: { readonly url: string },
  parts: readonly (readonly [name: string, value: string | Uint8Array])[],
  headers: Record<string, string> = {},
): Promise<Answer> {
  const form = new FormData()
  for (const [name, value] of parts) {
    if (typeof value === 'string') form.append(name, value)
    else form.append(name, new Blob([value as Uint8Array<ArrayBuffer>]), 'a.png')
  }
  const init = { method: 'POST', body: form, headers }
  return (await (await fetch(`${url}/douyin/user/update/`, init)).json()) as Answer
}
