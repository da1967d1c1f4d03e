import { useEffect } from 'preact/hooks'
import { words } from '../lib/language.ts'
import { session } from '../lib/session.ts'
import { useSignal } from '../lib/signals.ts'
import { requireLogin } from '../route/require-login.ts'
import { Icon } from '../ui/icon.tsx'
import { uploadIcon } from '../ui/icons.ts'
import { PageHead } from '../ui/page-head.tsx'
import { takeShared } from './shared.ts'
import { addFiles, begin, cancel, maxTitle, remove, type Upload, uploads } from './uploads.ts'

/** Posts videos: choose or drop them, write titles, follow them on their way. */
export function Post() {
  const w = words.value
  const over = useSignal(false)
  useEffect(() => void takeShared().then(({ files, title }) => addFiles(files, title)), [])
  const drop = (event: DragEvent) => {
    event.preventDefault()
    over.value = false
    addFiles(event.dataTransfer?.files ?? [])
  }
  return (
    <div class="page post">
      <PageHead title={w.post} back={false} />
      <label
        class={over.value ? 'drop over' : 'drop'}
        onDragOver={(event) => {
          event.preventDefault()
          over.value = true
        }}
        onDragLeave={() => {
          over.value = false
        }}
        onDrop={drop}
      >
        <Icon of={uploadIcon} />
        <b>{w.chooseVideo}</b>
        <span class="soft">{w.dropHere}</span>
        <input
          type="file"
          accept="video/*,image/gif"
          multiple
          class="offscreen"
          onChange={({ currentTarget }) => {
            addFiles(currentTarget.files ?? [])
            currentTarget.value = ''
          }}
        />
      </label>
      <ul class="uploads">
        {uploads.value.map((upload) => (
          <Item key={upload.id} upload={upload} />
        ))}
      </ul>
    </div>
  )
}

function Item({ upload }: { upload: Upload }) {
  const w = words.value
  const { title, share, problem } = upload
  const state = upload.state.value
  const submit = async (event: Event) => {
    event.preventDefault()
    if (title.value.trim() !== '' && (await requireLogin())) begin(upload)
  }
  const busy = state === 'waiting' || state === 'uploading'
  const editable = state === 'chosen' || state === 'failed'
  return (
    <li class="upload">
      <video src={upload.preview} muted playsInline preload="metadata" tabIndex={-1} />
      <form class="upload-body" onSubmit={(event) => void submit(event)}>
        <textarea
          rows={2}
          maxLength={maxTitle}
          value={title.value}
          placeholder={w.titleOfVideo}
          aria-label={w.titleOfVideo}
          disabled={!editable}
          required
          dir="auto"
          onInput={({ currentTarget }) => {
            title.value = currentTarget.value
          }}
        />
        {busy && <progress max={1} value={share.value} aria-label={w.uploading('')} />}
        <p class={state === 'failed' ? 'problem' : 'soft'} role="status">
          {busy && w.uploading(`${Math.floor(share.value * 100)}%`)}
          {state === 'processing' && w.processing}
          {state === 'done' && w.published}
          {state === 'failed' && problem.value}
        </p>
        <div class="upload-actions">
          {editable && (
            <button type="submit" class="button small primary">
              {state === 'failed' ? w.retry : w.publish}
            </button>
          )}
          {busy && (
            <button type="button" class="button small" onClick={() => cancel(upload)}>
              {w.cancel}
            </button>
          )}
          {state === 'done' && (
            <a class="button small" href={`/user/${session.value?.userId}`}>
              {w.view}
            </a>
          )}
          {!busy && state !== 'processing' && (
            <button type="button" class="button small" onClick={() => remove(upload)}>
              {w.remove}
            </button>
          )}
        </div>
      </form>
    </li>
  )
}
