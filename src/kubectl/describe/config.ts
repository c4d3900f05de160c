import { bytesOfBase64, fromBase64 } from '../../engine/api/base64.ts'
import { findResource } from '../../engine/api/resources.ts'
import type { KubeObject } from '../../engine/api/types.ts'
import { KubectlError } from '../errors.ts'
import { getObject } from '../fileTargets.ts'
import { listObjects } from '../targets.ts'
import { typed, withEvents, withoutEvents, type Describer } from './describer.ts'
import { eventsOf, writeEvents } from './events.ts'
import { Description, writeHead } from './writer.ts'

const byKey = (data: Readonly<Record<string, string>> | undefined): [string, string][] =>
  Object.entries(data ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1))

export const describeConfigMap = withEvents((w, { metadata, data, binaryData }) => {
  writeHead(w, metadata)
  w.write(0, '\nData\n====\n')
  for (const [key, value] of byKey(data)) w.write(0, `${key}:\n----\n${value}\n\n`)
  w.write(0, '\nBinaryData\n====\n')
  for (const [key, value] of byKey(binaryData)) w.line(0, `${key}: ${bytesOfBase64(value).length} bytes`)
  w.write(0, '\n')
})

export const describeSecret = withoutEvents((w, { metadata, type = '', data }) => {
  writeHead(w, metadata)
  w.write(0, `\nType:\t${type}\n`)
  w.write(0, '\nData\n====\n')
  for (const [key, value] of byKey(data)) {
    const token = key === 'token' && type === 'kubernetes.io/service-account-token'
    w.line(0, `${key}:\t${token ? fromBase64(value) : `${bytesOfBase64(value).length} bytes`}`)
  }
})

const secrets = findResource('', 'v1', 'secrets')!
const tokenType = 'kubernetes.io/service-account-token'

export const describeServiceAccount: Describer = function* (session, target) {
  const account = typed(target, yield* getObject(session, target))
  let existing: KubeObject[] | undefined
  try {
    existing = (yield* listObjects(session, { resource: secrets, namespace: target.namespace })).items
  } catch (error) {
    if (!(error instanceof KubectlError)) throw error
  }
  const events = yield* eventsOf(session, account)
  const w = new Description(session.input.now())
  writeServiceAccount(w, account, existing)
  writeEvents(w, events)
  return w.text()
}

function writeServiceAccount(w: Description, account: KubeObject, existing: readonly KubeObject[] | undefined): void {
  const { metadata } = account
  writeHead(w, metadata)
  const names = (refs: readonly { name: string }[] | undefined) => (refs ?? []).map((ref) => ref.name)
  const tokens = (existing ?? []).filter(({ type, metadata: { annotations = {} } }) =>
    type === tokenType && annotations['kubernetes.io/service-account.name'] === metadata.name && annotations['kubernetes.io/service-account.uid'] === metadata.uid)
  const known = existing && new Set(existing.map((secret) => secret.metadata.name))
  const list = (title: string, secretNames: readonly string[], checked: boolean) => {
    if (secretNames.length === 0) w.line(0, `${title}\t<none>`)
    secretNames.forEach((name, i) => {
      const missing = checked && known !== undefined && !known.has(name)
      w.line(0, `${i === 0 ? title : ' '.repeat(title.length)}\t${name}${missing ? ' (not found)' : ''}`)
    })
  }
  list('Image pull secrets:', names(account['imagePullSecrets']), true)
  list('Mountable secrets: ', names(account['secrets']), true)
  list('Tokens:            ', names(tokens.map((secret) => secret.metadata)), false)
}
