import type { Static } from '@sinclair/typebox'
import { jsonBytes } from '../http/response/json-bytes.ts'
import { listResponses } from '../http/response/list-response.ts'
import type { Notice as NoticeRecord } from '../store/relation.ts'
import { userView } from '../user/view.ts'
import type { Notice } from './model.ts'

/** Lists of notices, flagged by `is_follow`, for somebody who has read up to one of them. */
export const noticeLists = (readId: number) =>
  listResponses(
    (notice: NoticeRecord, isFollow, { origin }) =>
      jsonBytes(noticeView(notice, isFollow === 1, notice.id <= readId, origin)),
    ({ user }) => user.id,
  )

const noticeView = (
  { id, kind, user, clip, content, createdAt }: NoticeRecord,
  isFollow: boolean,
  isRead: boolean,
  origin: string,
): Static<typeof Notice> => ({
  id,
  type: kind,
  user: userView(user, isFollow, origin),
  video_id: clip?.video.id ?? 0,
  cover_url: clip ? `${origin}/${clip.video.cover}` : '',
  comment_text: content ?? '',
  create_time: createdAt,
  is_read: isRead,
})
