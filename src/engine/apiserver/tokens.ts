import { fromBase64, fromBase64Url, toBase64Url } from '../api/base64.ts'
import { bootstrapMsLeft, bootstrapType } from '../api/bootstrapTokens.ts'
import { fieldsOf } from '../api/fieldsOf.ts'
import type { UserInfo } from '../api/request.ts'
import { badRequest, conflict, invalid, notFound } from '../api/status.ts'
import { goQuote, invalid as invalidField, type FieldError } from '../api/field.ts'
import { findResource } from '../api/resources.ts'
import { formatTime, parseTime } from '../api/time.ts'
import type { KubeObject, Status } from '../api/types.ts'
import { groupsOf } from './authorization/impersonation.ts'
import type { ObjectReader } from './read.ts'

/** Who signs tokens, and for whom they are when nobody is named. */
const issuer = 'https://kubernetes.default.svc.cluster.local'

const defaultSeconds = 3600
const leastSeconds = 600
const mostSeconds = 4_294_967_296

interface Claims {
  aud: string[]
  exp: number
  iat: number
  iss: string
  jti: string
  'kubernetes.io': { namespace: string; node?: Reference; pod?: Reference; secret?: Reference; serviceaccount: Reference }
  nbf: number
  sub: string
}

interface Reference {
  name: string
  uid: string
}

const objectKinds: Readonly<Record<string, string>> = { Pod: 'pods', Secret: 'secrets', Node: 'nodes' }

/**
 * serviceaccounts/token: a signed statement that its bearer is the account, for a while and as long as the object lives that it is bound to
 * (pkg/registry/core/serviceaccount/storage/token.go). The signature is not one: inside a film nobody forges.
 */
export function issueToken(account: KubeObject, sent: unknown, id: string, reader: ObjectReader, nowMs: number): { answer: KubeObject } | { status: Status } {
  const body = fieldsOf(sent)
  const spec = fieldsOf(body['spec'])
  const { name, namespace = '', uid } = account.metadata
  const bodyName = fieldsOf(body['metadata'])['name']
  if (bodyName && bodyName !== name) return { status: badRequest(`ServiceAccount name ${JSON.stringify(bodyName)} does not match TokenRequest name ${JSON.stringify(name)}`) }
  const seconds = spec['expirationSeconds'] ?? defaultSeconds
  const errors = secondsErrors(seconds)
  if (errors.length > 0) return { status: invalid({ group: 'authentication.k8s.io', kind: 'TokenRequest' }, '', errors) }
  const bound = boundObject(spec['boundObjectRef'], account.metadata, reader)
  if ('status' in bound) return bound
  const iat = Math.floor(nowMs / 1000)
  const audiences = Array.isArray(spec['audiences']) && spec['audiences'].length > 0 ? (spec['audiences'] as string[]) : [issuer]
  const claims: Claims = {
    aud: audiences, exp: iat + seconds, iat, iss: issuer, jti: id,
    'kubernetes.io': { namespace, ...bound.claim, serviceaccount: { name, uid } },
    nbf: iat, sub: `system:serviceaccount:${namespace}:${name}`,
  }
  const metadata = { name, namespace, creationTimestamp: formatTime(nowMs) } as KubeObject['metadata']
  return {
    answer: {
      kind: 'TokenRequest', apiVersion: 'authentication.k8s.io/v1', metadata,
      spec: { audiences, expirationSeconds: seconds, boundObjectRef: spec['boundObjectRef'] ?? null },
      status: { token: signed(claims), expirationTimestamp: formatTime((iat + seconds) * 1000) },
    },
  }
}

function secondsErrors(seconds: unknown): FieldError[] {
  const wrong = (detail: string): FieldError[] => [invalidField('spec.expirationSeconds', seconds, detail)]
  if (typeof seconds !== 'number' || seconds < leastSeconds) return wrong('may not specify a duration less than 10 minutes')
  return seconds > mostSeconds ? wrong('may not specify a duration larger than 2^32 seconds') : []
}

function boundObject(reference: unknown, { name: account, namespace }: KubeObject['metadata'], reader: ObjectReader): { claim: object } | { status: Status } {
  if (reference == null) return { claim: {} }
  const { kind, name, uid } = fieldsOf(reference) as { kind?: string; name?: string; uid?: string }
  const plural = Object.hasOwn(objectKinds, kind ?? '') ? objectKinds[kind!] : undefined
  if (plural === undefined) return { status: badRequest(`cannot bind token for serviceaccount to object of type ${kind}`) }
  const info = findResource('', 'v1', plural)!
  const found = reader.get(info.namespaced ? `${plural}/${namespace}/${name}` : `${plural}/${name}`)
  if (found === undefined) return { status: notFound(info, name ?? '') }
  if (kind === 'Pod' && found.spec.serviceAccountName !== account) {
    return { status: badRequest(`cannot bind token for serviceaccount ${JSON.stringify(account)} to pod running with different serviceaccount name.`) }
  }
  if (uid && uid !== found.metadata.uid) {
    return { status: conflict(info, name ?? '', `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`) }
  }
  const claim = { [kind!.toLowerCase()]: { name: found.metadata.name, uid: found.metadata.uid } }
  // A pod's token names its node, too (KEP-4193).
  const node = kind === 'Pod' && found.spec?.nodeName ? reader.get(`nodes/${found.spec.nodeName}`) : undefined
  return { claim: node === undefined ? claim : { node: { name: node.metadata.name, uid: node.metadata.uid }, ...claim } }
}

const header = toBase64Url(JSON.stringify({ alg: 'RS256', kid: 'podreel' }))

function signed(claims: Claims): string {
  return `${header}.${toBase64Url(JSON.stringify(claims))}.${toBase64Url(claims.jti)}`
}

/** How long a clock may be wrong: a token counts as long after its end, and what it is bound to after it is to end. */
const leewayMs = 60_000

/** Whose token it is, and for which of whom it was asked about; else why it is worth nothing. */
export type Bearer = { user: UserInfo; audiences: readonly string[] } | { error: string }

/** Whose token it is: it is for whoever asks, the account lives, the time is not over, the object that it is bound to is still there. */
export function bearerOf(token: string, reader: ObjectReader, nowMs: number, wanted: readonly string[] = [issuer]): Bearer {
  const claims = claimsOf(token)
  if (claims === undefined) {
    // Such tokens are for the API server alone.
    const user = wanted.includes(issuer) ? bootstrapUser(token, reader, nowMs) : undefined
    return user === undefined ? { error: 'invalid bearer token' } : { user, audiences: [issuer] }
  }
  const audiences = claims.aud.filter((audience) => wanted.includes(audience))
  const strange = audiences.length === 0 ? `token audiences ${goQuoteAll(claims.aud)} is invalid for the target audiences ${goQuoteAll(wanted)}` : undefined
  const wrong = strange ?? objection(claims, reader, nowMs) ?? spoilt(token, claims, reader)
  if (wrong !== undefined) return { error: `[invalid bearer token, ${wrong}]` }
  const { serviceaccount, pod, node } = claims['kubernetes.io']
  const named = (kind: string, reference: Reference | undefined): Record<string, string[]> =>
    reference === undefined ? {} : { [`authentication.kubernetes.io/${kind}-name`]: [reference.name], [`authentication.kubernetes.io/${kind}-uid`]: [reference.uid] }
  const extra = { 'authentication.kubernetes.io/credential-id': [`JTI=${claims.jti}`], ...named('node', node), ...named('pod', pod) }
  return { user: { name: claims.sub, uid: serviceaccount.uid, groups: groupsOf(claims.sub), extra }, audiences }
}

const goQuoteAll = (texts: readonly string[]): string => `[${texts.map(goQuote).join(' ')}]`

/** pkg/serviceaccount/claims.go Validate */
function objection({ exp, 'kubernetes.io': { namespace, serviceaccount, secret, pod, node } }: Claims, reader: ObjectReader, nowMs: number): string | undefined {
  if (nowMs - leewayMs > exp * 1000) return 'service account token has expired'
  const hasEnded = ({ metadata: { deletionTimestamp } }: KubeObject): boolean => deletionTimestamp !== undefined && parseTime(deletionTimestamp)! < nowMs - leewayMs
  const account = reader.get(`serviceaccounts/${namespace}/${serviceaccount.name}`)
  if (account === undefined) return `serviceaccounts ${JSON.stringify(serviceaccount.name)} not found`
  if (account.metadata.uid !== serviceaccount.uid) return `service account UID (${account.metadata.uid}) does not match claim (${serviceaccount.uid})`
  if (hasEnded(account)) return `service account ${namespace}/${serviceaccount.name} has been deleted`
  // Of a pod's token the node only says where it is.
  const bound: [kind: string, key: string, reference: Reference | undefined][] = [
    ['secret', `secrets/${namespace}/${secret?.name}`, secret],
    ['pod', `pods/${namespace}/${pod?.name}`, pod],
    ['node', `nodes/${node?.name}`, pod === undefined ? node : undefined],
  ]
  for (const [kind, key, reference] of bound) {
    if (reference === undefined) continue
    const found = reader.get(key)
    if (found === undefined) return 'service account token has been invalidated'
    if (found.metadata.uid !== reference.uid) return `${kind} UID (${found.metadata.uid}) does not match service account ${kind} ref claim (${reference.uid})`
    if (hasEnded(found)) return 'service account token has been invalidated'
  }
  return undefined
}

const invalidSince = 'kubernetes.io/legacy-token-invalid-since'

/** A Secret keeps a token that never ends, as long as nobody marks it (pkg/serviceaccount/legacy.go). */
function spoilt(token: string, { exp, iat, 'kubernetes.io': { namespace, secret, serviceaccount } }: Claims, reader: ObjectReader): string | undefined {
  const keeper = secret === undefined || exp - iat !== mostSeconds ? undefined : reader.get(`secrets/${namespace}/${secret.name}`)
  if (keeper === undefined) return undefined
  if (fromBase64(keeper['data']?.token ?? '') !== token) return "Token does not match server's copy"
  if (!keeper.metadata.labels?.[invalidSince]) return undefined
  return `the token in secret ${namespace}/${keeper.metadata.name} for service account ${namespace}/${serviceaccount.name} has been marked invalid. Use tokens from the TokenRequest API or manually created secret-based tokens, or remove the '${invalidSince}' label from the secret to temporarily allow use of this token`
}

/** Whose token kubeadm's Secrets give (plugin/pkg/auth/authenticator/token/bootstrap): somebody who may join a cluster. */
function bootstrapUser(token: string, reader: ObjectReader, nowMs: number): UserInfo | undefined {
  const [, id, secret] = /^([a-z0-9]{6})\.([a-z0-9]{16})$/.exec(token) ?? []
  const found = id === undefined ? undefined : reader.get(`secrets/kube-system/bootstrap-token-${id}`)
  if (found === undefined || found['type'] !== bootstrapType || found.metadata.deletionTimestamp !== undefined) return undefined
  const field = (name: string): string => fromBase64(found['data']?.[name] ?? '')
  if (field('token-secret') !== secret || field('token-id') !== id || field('usage-bootstrap-authentication') !== 'true' || bootstrapMsLeft(found, nowMs) <= 0) return undefined
  const listed = field('auth-extra-groups')
  const extra = listed === '' ? [] : listed.split(',')
  if (!extra.every((name) => /^system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]$/.test(name))) return undefined
  return { name: `system:bootstrap:${id}`, groups: [...new Set(['system:bootstrappers', ...extra])].toSorted().concat('system:authenticated') }
}

function claimsOf(token: string): Claims | undefined {
  const [, payload = '', signature = ''] = token.split('.')
  try {
    const claims = JSON.parse(fromBase64Url(payload)) as Claims
    return claims.iss === issuer && signature === toBase64Url(claims.jti) ? claims : undefined
  } catch {
    // Whatever was sent, it is not one of our tokens.
    return undefined
  }
}
