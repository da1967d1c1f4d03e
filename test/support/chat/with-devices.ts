import type { TestServer } from '../server.ts'
import { type ChatDevice, openDevice } from './device.ts'

/** Opens devices, and closes them whatever becomes of the test. */
export async function withDevices(
  server: TestServer,
  users: readonly { readonly token: string }[],
  body: (...devices: ChatDevice[]) => Promise<void>,
): Promise<void> {
  const devices = await Promise.all(users.map((user) => openDevice(server, user.token)))
  try {
    await body(...devices)
  } finally {
    for (const { socket } of devices) socket.close()
  }
}
