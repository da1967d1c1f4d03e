// Where the page begins: the video that came with it shows first. To load that and to draw
// everything else takes the same thread, and this file is all that runs before.

/** How long the rest waits for the first frame. */
const firstFrameMs = 300

function firstFrame(): Promise<unknown> {
  const video = document.querySelector<HTMLVideoElement>('.first video')
  if (!video) return Promise.resolve()
  return new Promise((resolve) => {
    video.requestVideoFrameCallback?.(resolve)
    video.addEventListener('error', resolve)
    setTimeout(resolve, firstFrameMs)
  })
}

/** Whether the viewer has blocked whoever made it, as `lib/blocked.ts` remembers it. */
function isUnwanted(): boolean {
  try {
    const ids = localStorage.getItem('douyin.blocked')?.split(',') ?? []
    const { feed } = JSON.parse(document.getElementById('start')?.textContent ?? '')
    return ids.includes(String(feed.video_list[0].author.id))
  } catch {
    return false
  }
}

if (isUnwanted()) document.querySelector('.first')?.remove()
void firstFrame().then(() => import('./main.tsx'))
