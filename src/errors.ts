/**
 * The one table of everything that can go wrong for a caller. A feature throws an AppError by code;
 * the app's `onError` turns it into the response. Business outcomes travel as HTTP 200 because the app
 * shows their `status_msg` and takes any other status for a broken network.
 */
const table = {
  invalid_request: [1001, 200, '请求格式错误：{reason}', 'The request could not be read: {reason}'],
  missing: [1002, 200, '缺少参数 {field}', '{field} is missing'],
  invalid: [1003, 200, '参数 {field} 无效', '{field} is not valid'],
  too_long: [1004, 200, '{field} 最多 {max} 个字符', '{field} may have at most {max} characters'],
  unauthorized: [1005, 200, '请先登录', 'Please log in first'],
  forbidden: [1006, 200, '没有权限', 'This is not yours'],
  name_taken: [2001, 200, '用户名已被注册', 'That name is taken'],
  wrong_credentials: [2002, 200, '用户名或密码错误', 'Wrong name or password'],
  user_not_found: [2003, 200, '用户不存在', 'There is no such user'],
  user_disabled: [2004, 200, '账号已停用', 'This account is disabled'],
  password_weak: [2005, 200, '密码太容易被猜到，请换一个', 'That password is too easy to guess'],
  registration_closed: [2006, 200, '本站不开放注册', 'Nobody can register here'],
  invite_required: [2007, 200, '注册需要邀请码 (invite)', 'Registering here takes an invite code'],
  invite_invalid: [
    2008,
    200,
    '邀请码无效、已使用或已过期',
    'That invite is wrong, used or expired',
  ],
  wrong_old_password: [2009, 200, '原密码不正确', 'That is not your present password'],
  session_not_found: [2010, 200, '该设备的登录已结束', 'That device is not logged in any more'],
  picture_too_large: [2011, 413, '图片超过 {max} 的上限', 'The picture is larger than {max}'],
  not_a_picture: [
    2012,
    200,
    '文件[（{format}）]不是可读取的图片，或已损坏，请上传 JPEG、PNG 或 WebP',
    'The file[, {format},] is no picture that can be read; please upload a JPEG, PNG or WebP',
  ],
  picture_unsupported: [
    2015,
    200,
    '暂不支持 {format} 图片，请转换为 JPEG、PNG 或 WebP 后再上传',
    '{format} pictures cannot be used; please convert yours to JPEG, PNG or WebP and upload it again',
  ],
  picture_moves: [
    2013,
    200,
    '不支持 GIF 和动图，请上传静止的图片',
    'GIF and moving pictures cannot be used; please upload one that stands still',
  ],
  picture_too_big: [
    2014,
    200,
    '图片超过 {max} 万像素，请缩小后再上传',
    'The picture has more than {millions} million pixels; please upload a smaller one',
  ],
  video_not_found: [3001, 200, '视频不存在', 'There is no such video'],
  video_too_large: [3002, 413, '视频超过 {max} 的上限', 'The video is larger than {max}'],
  not_a_video: [
    3003,
    200,
    '文件[（{format}）]不是可识别的视频，请上传 MP4、MOV、MKV 或 WebM 等视频文件',
    'The file[, {format},] is not a video that can be read; please upload one, such as MP4, MOV, MKV or WebM',
  ],
  video_damaged: [3004, 200, '视频文件已损坏或不完整', 'The video file is damaged or incomplete'],
  video_too_long: [3005, 200, '视频时长超过 {max} 秒', 'The video is longer than {max} seconds'],
  video_too_big: [3006, 200, '视频画面超过 {max} 像素', 'The picture has more than {max} pixels'],
  video_too_fast: [
    3007,
    200,
    '视频帧率超过 {max}',
    'The video has more than {max} frames a second',
  ],
  codec_unsupported: [
    3008,
    200,
    '暂不支持 {codec} 编码的画面，请将视频转换为 H.264 后再上传',
    'The picture is in {codec}, which cannot be decoded here; please convert it to H.264 and upload it again',
  ],
  video_too_demanding: [
    3012,
    200,
    '转换这个视频约需 {minutes} 分钟的处理器时间，超过本服务器 {max} 分钟的上限，请缩短或缩小后再上传',
    'Converting this video would take about {minutes} minutes of a processor, more than the {max} that this server allows; please upload a shorter or smaller one',
  ],
  video_needs_memory: [
    3013,
    200,
    '转换这样大的画面约需 {needed} 内存，超过本服务器 {max} 的上限，请缩小后再上传',
    'Converting a picture of this size takes about {needed} of memory, more than the {max} that this server allows; please upload a smaller one',
  ],
  too_many_waiting: [
    3018,
    200,
    '你已有 {max} 个视频在等待处理，请等其中一些处理完再上传',
    '{max} videos of yours wait for their conversion; please upload more when some are done',
  ],
  quota_exceeded: [3009, 200, '存储空间已用完（上限 {max}）', 'Your {max} of storage are used up'],
  upload_interrupted: [3010, 200, '上传中断', 'The upload was interrupted'],
  media_gone: [
    3011,
    200,
    '视频文件刚被删除，请重试',
    'The file was just removed, please try again',
  ],
  photo: [
    3016,
    200,
    '这是一张图片[（{format}）]，不是视频，请选择视频文件',
    'The file is a picture[ ({format})], not a video; please choose a video',
  ],
  sound_only: [
    3017,
    200,
    '文件里只有声音[（{format}）]，没有画面，请上传带画面的视频',
    'The file has only sound[ ({format})] and no picture; please upload a video with a picture',
  ],
  video_protected: [
    3014,
    200,
    '视频受版权保护（DRM 加密），无法读取，请上传未加密的原始文件',
    'The video is protected (DRM) and cannot be read; please upload one without protection',
  ],
  sound_unsupported: [
    3015,
    200,
    '暂不支持 {codec} 编码的声音，请将声音转换为 AAC 后再上传',
    'The sound is in {codec}, which cannot be decoded here; please convert the sound to AAC and upload it again',
  ],
  comment_not_found: [4001, 200, '评论不存在', 'There is no such comment'],
  self_follow: [5001, 200, '不能关注自己', 'You cannot follow yourself'],
  blocked: [5002, 200, '对方已将你屏蔽', 'This person has blocked you'],
  self_block: [5003, 200, '不能屏蔽自己', 'You cannot block yourself'],
  blocked_by_you: [
    5004,
    200,
    '你已屏蔽对方，请先取消屏蔽',
    'You have blocked this person; please take that back first',
  ],
  self_message: [6001, 200, '不能给自己发消息', 'You cannot send a message to yourself'],
  client_id_used: [
    6002,
    200,
    '该 client_id 已用于另一条消息，请换一个',
    'This client_id stands for another message; please take a new one',
  ],
  busy: [7001, 200, '服务器繁忙，请稍后再试', 'The server is busy, please try again shortly'],
  storage_full: [7002, 200, '服务器存储空间不足', 'The server is out of storage space'],
  not_found: [9404, 404, '接口不存在', 'There is nothing at this address'],
  method_not_allowed: [9405, 405, '请求方法不支持', 'This address does not take that method'],
  body_too_slow: [9408, 408, '请求体发送过慢', 'The request body took too long to come'],
  body_too_large: [9413, 413, '请求体过大', 'The request body is too large'],
  upgrade_required: [9426, 426, '此地址只接受 WebSocket', 'This address takes WebSockets only'],
  too_many_requests: [9429, 429, '请求过于频繁，请稍后再试', 'Too many requests, please slow down'],
  internal: [9500, 500, '服务器内部错误', 'Something went wrong on the server'],
  unavailable: [9503, 503, '服务暂不可用', 'The service is not available right now'],
} as const satisfies Record<string, readonly [number, number, string, string]>

export type ErrorCode = keyof typeof table
export type Language = 'zh' | 'en'
/** A text in each language. */
export type Bilingual = Readonly<Record<Language, string>>
type Details = Readonly<Record<string, string | number>>

/** Everything a caller may be told: `code` names the row of the table, `details` fill its blanks. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly details: Details

  constructor(code: ErrorCode, details: Details = {}) {
    super(message(code, 'en', details))
    this.name = 'AppError'
    this.code = code
    this.details = details
  }

  /** The `status_code` of the envelope, never 0. */
  get statusCode(): number {
    return table[this.code][0]
  }

  /**
   * Of HTTP: 200 for a business outcome; the true status for a failure of transport. Elysia reads it
   * by this name.
   */
  get status(): number {
    return table[this.code][1]
  }

  /** The sentence for `status_msg`. */
  text(language: Language): string {
    return message(this.code, language, this.details)
  }
}

/** What tells a caller to come back later. @param wait ms until it makes sense */
export const tooManyRequests = (wait: number): AppError =>
  new AppError('too_many_requests', { retryAfter: Math.ceil(wait / 1000) })

/** Whether a text names a row of the table, as one that was stored should. */
export const isErrorCode = (text: string): text is ErrorCode => Object.hasOwn(table, text)

/** The table as rows, for the documentation. */
export const errorRows = () =>
  (Object.keys(table) as ErrorCode[]).map((code) => {
    const [status, http, zh, en] = table[code]
    return { code, status, http, zh, en }
  })

/** Fills the blanks; a part in brackets is left out if its blank has nothing to be filled with. */
function message(code: ErrorCode, language: Language, details: Details): string {
  const fill = (text: string) =>
    text.replace(/\{(\w+)\}/g, (blank, name) => String(details[name] ?? blank))
  const template = table[code][language === 'zh' ? 2 : 3]
  return fill(
    template.replace(/\[([^\]]*)\]/g, (_, part: string) => (fill(part) === part ? '' : part)),
  )
}
