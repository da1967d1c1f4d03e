import { expect, test } from 'bun:test'

// By a name that is not followed: the client has the types of a browser, which tests have not.
const path = '../../src/web/lib/entities.ts'
const { changeFollow, changeVideo, followState, learnUsers, learnVideos, telling, videoState } =
  await import(path)

const user = (id: number, is_follow: boolean) => ({ id, is_follow })
const video = (id: number, is_favorite: boolean) => ({
  id,
  is_favorite,
  favorite_count: +is_favorite,
  author: user(1000 + id, false),
})

// A list may be asked for after somebody has pressed the button, and answered before the server has
// heard of it.
test('what is asked while a follow or a like is told takes neither of them back', async () => {
  const heard = Promise.withResolvers<void>()
  const followed = followState(user(1, false))
  changeFollow(user(1, false), true)
  const follow = telling(-1, heard.promise)
  const again = telling(-1, heard.promise)
  const liked = videoState(video(2, false))
  changeVideo(2, (state: object) => ({ ...state, liked: true }))
  const like = telling(2, heard.promise)
  const asked = performance.now() + 1
  learnUsers([user(1, false)], asked)
  learnVideos([video(2, false)], asked)
  expect([followed.value, liked.value.liked]).toEqual([true, true])
  heard.resolve()
  await Promise.all([follow, again, like])
  // Asked before, answered only now.
  learnUsers([user(1, false)], asked - 2)
  learnVideos([video(2, false)], asked - 2)
  expect([followed.value, liked.value.liked]).toEqual([true, true])
  // On another device it was taken back since.
  const later = performance.now() + 1
  learnUsers([user(1, false)], later)
  learnVideos([video(2, false)], later)
  expect([followed.value, liked.value.liked]).toEqual([false, false])
})

test('nor does one that the server refuses; what it says after that counts', async () => {
  const followed = followState(user(3, false))
  changeFollow(user(3, false), true)
  const refused = telling(-3, Promise.reject(new Error('refused')))
  learnUsers([user(3, false)], performance.now() + 1)
  expect(followed.value).toBe(true)
  await expect(refused).rejects.toThrow('refused')
  learnUsers([user(3, false)], performance.now() + 1)
  expect(followed.value).toBe(false)
})
