/** The body of a response of the API: the envelope and whatever fields come with it. */
export type Answer = { status_code: number; status_msg: string } & Record<string, any>

/** Calls an endpoint with its parameters in the query, as the app does, and reads the envelope. */
export async function call(
  server: { url: string },
  method: 'GET' | 'POST',
  path: string,
  params: Record<string, string | number> = {},
): Promise<Answer> {
  const query = new URLSearchParams(Object.entries(params).map(([k, v]) => [k, String(v)]))
  const response = await fetch(`${server.url}/douyin/${path}?${query}`, { method })
  return (await response.json()) as Answer
}

let registered = 0

/** Registers a user of a fresh name. */
export async function register(
  server: { url: string },
  name = `user-${++registered}`,
): Promise<{ id: number; name: string; token: string }> {
  const params = { username: name, password: 'secret-1' }
  const answer = await call(server, 'POST', 'user/register/', params)
  if (answer.status_code !== 0) throw new Error(answer.status_msg)
  return { id: answer.user_id, name, token: answer.token }
}
