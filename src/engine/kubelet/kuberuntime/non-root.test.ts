import { expect, test } from 'vitest'
import { runsAsRoot, userOfImage } from './non-root.ts'

interface Context {
  runAsNonRoot?: boolean
  runAsUser?: number
}

const nonRoot: Context = { runAsNonRoot: true }

test.each<[string, Context | undefined, Context | undefined, string, string | undefined]>([
  ['nobody asks', undefined, undefined, '', undefined],
  ['root is allowed', undefined, { runAsNonRoot: false }, '0', undefined],
  ['the container allows what the pod does not', nonRoot, { runAsNonRoot: false }, '0', undefined],
  ['the pod asks for a user', { runAsNonRoot: true, runAsUser: 7 }, undefined, '', undefined],
  ['the container asks for root', { runAsUser: 7 }, { runAsNonRoot: true, runAsUser: 0 }, '7', "container's runAsUser breaks non-root policy"],
  ['the image says nothing', nonRoot, undefined, '', 'container has runAsNonRoot and image will run as root'],
  ['the image says 0', nonRoot, undefined, '0', 'container has runAsNonRoot and image will run as root'],
  ['the image says root and a group', nonRoot, undefined, '0:12', 'container has runAsNonRoot and image will run as root'],
  ['the image says a number', undefined, nonRoot, '65532', undefined],
  ['the image says a number and a group', undefined, nonRoot, '65532:0', undefined],
  ['the image says a name', nonRoot, undefined, 'nginx:nginx', 'container has runAsNonRoot and image has non-numeric user (nginx), cannot verify user is non-root'],
  ['the image says the name of root', nonRoot, undefined, 'root', 'container has runAsNonRoot and image has non-numeric user (root), cannot verify user is non-root'],
])('where %s', (_, ofPod, ofContainer, imageUser, message) => {
  const pod = { metadata: { name: 'shop', namespace: 'mall', uid: 'u1' }, spec: { securityContext: ofPod } }
  const said = runsAsRoot(pod as never, { name: 'app', securityContext: ofContainer } as never, imageUser)
  expect(said).toBe(message === undefined ? undefined : `${message} (pod: "shop_mall(u1)", container: app)`)
})

test.each<[string, Context | undefined, { user: string; unknown: boolean }, string]>([
  ['an image that is known', nonRoot, { user: '', unknown: false }, ''],
  ['an image that nobody knows', nonRoot, { user: '', unknown: true }, '65532'],
  ['one that nobody has run as another', undefined, { user: '', unknown: true }, ''],
])('%s has a user', (_, ofPod, image, user) => {
  expect(userOfImage({ spec: { securityContext: ofPod } } as never, { name: 'app' } as never, image as never)).toBe(user)
})
