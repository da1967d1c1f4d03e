import { useEffect, useRef, useState } from 'preact/hooks'
import type { User } from '../lib/api.ts'
import { words } from '../lib/language.ts'
import { forget } from '../lib/paged.ts'
import { sentenceOf } from '../lib/request.ts'
import { type Sending, sendForm } from '../lib/send-form.ts'
import { session } from '../lib/session.ts'
import { useSignal } from '../lib/signals.ts'
import { toast } from '../lib/toast.ts'
import { closeSheet, place } from '../route/router.ts'
import { Icon } from '../ui/icon.tsx'
import { cameraIcon } from '../ui/icons.ts'
import { Failure, Spinner } from '../ui/notice.tsx'
import { Sheet } from '../ui/sheet.tsx'
import { edits, readUser } from './read-user.ts'

const maxName = 32
const maxSignature = 200

/** Changes what one shows of oneself. */
export function EditProfile() {
  const userId = session.value?.userId ?? 0
  const [user, setUser] = useState<User | null>(null)
  const [failed, setFailed] = useState<unknown>(null)
  const load = () => {
    setFailed(null)
    readUser(userId).then(setUser, setFailed)
  }
  useEffect(load, [userId])
  return (
    <Sheet kind="small" title={words.value.editProfile}>
      {user ? (
        <Form key={user.id} user={user} />
      ) : failed ? (
        <Failure error={failed} retry={load} />
      ) : (
        <Spinner />
      )}
    </Sheet>
  )
}

function Form({ user }: { user: User }) {
  const w = words.value
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState('')
  const share = useSignal(0)
  const sending = useRef<Sending | null>(null)
  // What has been sent whole is waited for elsewhere.
  useEffect(
    () => () => {
      if (share.peek() < 1) sending.current?.abort()
    },
    [],
  )
  const save = async (event: SubmitEvent) => {
    event.preventDefault()
    const form = event.currentTarget
    if (busy || !(form instanceof HTMLFormElement)) return
    const { key } = place.peek()
    setBusy(true)
    setProblem('')
    share.value = 0
    const body = new FormData(form)
    for (const [name, value] of [...body]) {
      if (typeof value === 'string') continue
      // A field without a file holds one without a name.
      if (value.name === '') body.delete(name)
      // What can't be read here is sent as it is, and the server says what is wrong with it.
      else body.set(name, await smaller(value).catch(() => value), value.name)
    }
    // The sheet may have been closed meanwhile.
    if (!form.isConnected) return
    sending.current = sendForm('user/update/', body, (sent) => {
      share.value = sent
    })
    try {
      await sending.current.response
      // Every list names the old pictures, which are gone.
      forget()
      edits.value++
      toast(w.saved)
      await closeSheet(key)
    } catch (error) {
      if (error instanceof DOMException) return
      setProblem(sentenceOf(error))
      setBusy(false)
    }
  }
  return (
    <form class="form" onSubmit={(event) => void save(event)}>
      <div class="edit-head">
        <Picture name="background_image" shown={user.background_image} label={w.changeBackground} />
        <Picture name="avatar" shown={user.avatar} label={w.changeAvatar} />
      </div>
      <label>
        {w.name}
        <input
          name="name"
          required
          maxLength={maxName}
          defaultValue={user.name}
          autocapitalize="none"
          autocomplete="off"
          spellcheck={false}
          dir="auto"
        />
        <span class="soft">{w.nameHow}</span>
      </label>
      <label>
        {w.signature}
        <textarea name="signature" rows={3} maxLength={maxSignature} dir="auto">
          {user.signature}
        </textarea>
      </label>
      {busy && <progress max={1} value={share.value} aria-label={w.uploading('')} />}
      <p class="problem" role="alert">
        {problem}
      </p>
      <button type="submit" class="button primary wide" disabled={busy}>
        {busy && share.value === 1 ? w.processing : w.save}
      </button>
    </form>
  )
}

/** The longest side of a picture that is sent, in pixels: more than the server keeps. */
const maxSide = 2048

/** A photo of a phone may be larger than the server takes. @throws DOMException if it can't be read */
async function smaller(file: File): Promise<Blob> {
  const image = await createImageBitmap(file)
  const scale = maxSide / Math.max(image.width, image.height)
  if (scale >= 1) return file
  const canvas = new OffscreenCanvas(image.width * scale, image.height * scale)
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height)
  return canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 })
}

interface PictureProps {
  readonly name: 'avatar' | 'background_image'
  /** The address of the present one. */
  readonly shown: string
  readonly label: string
}

/** A picture that one can choose another one for, which is shown at once. */
function Picture({ name, shown, label }: PictureProps) {
  const [chosen, setChosen] = useState('')
  useEffect(() => () => URL.revokeObjectURL(chosen), [chosen])
  return (
    <label class={`pick ${name}`}>
      <img src={chosen || shown} alt="" onError={() => setChosen('')} />
      <Icon of={cameraIcon} />
      <input
        type="file"
        name={name}
        accept="image/jpeg,image/png,image/webp"
        class="offscreen"
        aria-label={label}
        onChange={({ currentTarget: { files } }) =>
          setChosen(files?.[0] ? URL.createObjectURL(files[0]) : '')
        }
      />
    </label>
  )
}
