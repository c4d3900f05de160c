import type { KubeObject } from '../../api/types.ts'
import { toBase64 } from '../../api/base64.ts'
import { rootCertificate } from '../../api/rootCertificate.ts'
import { resource, type ComponentOptions } from '../../client/client.ts'
import { ask, Controller, isRefusal, must, Refused, type Routine } from '../../client/controller.ts'
import { keyOf } from '../../client/informer.ts'
import type { SharedInformers } from '../shared-informers.ts'

const secrets = resource('secrets')
const serviceAccounts = resource('serviceaccounts')

const tokenType = 'kubernetes.io/service-account-token'
const nameAnnotation = 'kubernetes.io/service-account.name'
const uidAnnotation = 'kubernetes.io/service-account.uid'
/** It never ends; that is as near as a request for a token comes. */
const longestSeconds = 2 ** 32

/** Whose a Secret was that is gone. */
interface Owner {
  account: string
  uid: string | undefined
}

/**
 * pkg/controller/serviceaccount/tokens_controller.go: a Secret that is made for the token of a service account gets it, and goes with the
 * account; an account no longer lists one that is gone.
 */
export function startTokens(options: ComponentOptions, informers: SharedInformers): void {
  const all = informers.of<KubeObject>(secrets)
  const accounts = informers.of<KubeObject>(serviceAccounts)
  const gone = new Map<string, Owner>()
  const controller: Controller = new Controller(options, 'tokens-controller', 5, sync)

  function* sync(key: string): Routine {
    const secret = all.byKey(key)
    const owner = gone.get(key)
    if (secret === undefined && owner !== undefined) yield* forget(key, owner)
    gone.delete(key)
    if (secret === undefined || secret['type'] !== tokenType || secret.metadata.deletionTimestamp !== undefined) return
    const { namespace, name, uid, annotations = {} } = secret.metadata
    const accountName = annotations[nameAnnotation] ?? ''
    const account = accounts.get(namespace, accountName) ?? (yield* live(namespace!, accountName))
    if (account === undefined || (annotations[uidAnnotation] !== undefined && annotations[uidAnnotation] !== account.metadata.uid)) {
      return void (yield* must({ verb: 'delete', info: secrets, namespace, name, body: { preconditions: { uid } }, tolerate: [404, 409] }))
    }
    const before: Record<string, string> = secret['data'] ?? {}
    const certificate = toBase64(rootCertificate)
    if (before['ca.crt'] === certificate && before['namespace'] && before['token']) return
    const data: Record<string, string> = { ...before, 'ca.crt': certificate, namespace: before['namespace'] || toBase64(namespace!) }
    data['token'] ||= toBase64(yield* tokenOf(secret, accountName))
    const metadata = { ...secret.metadata, annotations: { ...annotations, [uidAnnotation]: account.metadata.uid } }
    yield* must({ verb: 'update', info: secrets, namespace, name, body: { ...secret, metadata, data } })
  }

  /** Takes it out of the list of its account, when that is there still. */
  function* forget(key: string, { account: accountName, uid }: Owner): Routine<void> {
    const [namespace, name] = key.split('/') as [string, string]
    const account = accounts.get(namespace, accountName)
    const { secrets: listed = [], ...rest } = (account ?? {}) as KubeObject & { secrets?: { name?: string }[] }
    const left = listed.filter((one) => one.name !== name)
    if (account === undefined || left.length === listed.length || (uid ?? account.metadata.uid) !== account.metadata.uid) return
    const body = left.length === 0 ? rest : { ...rest, secrets: left }
    yield* must({ verb: 'update', info: serviceAccounts, namespace, name: accountName, body, tolerate: [404] })
  }

  all.onChange(({ type, object }) => {
    if (object['type'] !== tokenType) return
    const annotations = object.metadata.annotations ?? {}
    if (type === 'delete') gone.set(keyOf(object), { account: annotations[nameAnnotation] ?? '', uid: annotations[uidAnnotation] })
    controller.queue.add(keyOf(object))
  })
  accounts.onChange(({ type, object }) => {
    if (type !== 'delete') return
    for (const secret of all.byIndex('namespace', object.metadata.namespace!)) {
      if (secret['type'] === tokenType && secret.metadata.annotations?.[nameAnnotation] === object.metadata.name) controller.queue.add(keyOf(secret))
    }
  })
}

/** The copy may not know the account yet. */
function* live(namespace: string, name: string): Routine<KubeObject | undefined> {
  const response = yield* ask({ verb: 'get', info: serviceAccounts, namespace, name })
  if (isRefusal(response) && response.code !== 404) throw new Refused(response)
  return isRefusal(response) ? undefined : (response.body as KubeObject)
}

function* tokenOf({ metadata: { namespace, name, uid } }: KubeObject, account: string): Routine<string> {
  const spec = { expirationSeconds: longestSeconds, boundObjectRef: { apiVersion: 'v1', kind: 'Secret', name, uid } }
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec }
  const answer = yield* must({ verb: 'create', info: serviceAccounts, subresource: 'token', namespace, name: account, body })
  return answer['status'].token as string
}
