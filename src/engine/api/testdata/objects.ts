/** Objects as the registry sees them: decoded, defaulted, prepared. */
import { applyDefaults } from '../defaults/defaults.ts'
import { decode } from '../decode.ts'
import { formatFieldError } from '../field.ts'
import { prepareForCreate } from '../prepare.ts'
import { findKind } from '../resources.ts'
import { invalid } from '../status.ts'
import type { KubeObject, Status } from '../types.ts'
import { validateCreate } from '../validation/validation.ts'

type Fields = Record<string, any>

/** What POST makes of a manifest before validation, without admission; or the refusal of decoding. */
export function post(manifest: Fields): { object: KubeObject } | { status: Status } {
  const info = findKind(manifest['apiVersion'], manifest['kind'])
  if (!info) throw new Error(`no resource for ${manifest['apiVersion']} ${manifest['kind']}`)
  const decoded = decode(info, manifest, 'Strict')
  if ('status' in decoded) return decoded
  const metadata = {
    ...decoded.object.metadata,
    uid: 'u1',
    resourceVersion: '',
    creationTimestamp: '2026-01-01T00:00:00Z',
  }
  if (info.namespaced) metadata.namespace ??= 'default'
  let object: KubeObject = applyDefaults({ ...decoded.object, metadata })
  if (object.kind === 'Pod' && !object['spec'].serviceAccountName) {
    object = { ...object, spec: { ...object['spec'], serviceAccountName: 'default' } }
  }
  return { object: prepareForCreate(object, 0) }
}

/** The object that a manifest becomes. */
export function made(manifest: Fields): KubeObject {
  const result = post(manifest)
  if ('status' in result) throw new Error(result.status.message)
  return result.object
}

/** Field errors as text. */
export function refusals(manifest: Fields): string[] {
  return validateCreate(made(manifest)).map(formatFieldError)
}

/** The message of the Status that a POST is answered with, or 'created'. */
export function answer(manifest: Fields): string {
  const result = post(manifest)
  if ('status' in result) return result.status.message!
  const errors = validateCreate(result.object)
  const info = findKind(result.object.apiVersion, result.object.kind)!
  return errors.length === 0 ? 'created' : invalid(info, result.object.metadata.name, errors).message!
}

const meta = (name: string): Fields => ({ metadata: { name } })
const container = { name: 'c', image: 'nginx' }

/** A pod with one container; `spec` over it. */
export const pod = (spec: Fields = {}, metadata: Fields = {}): Fields => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', ...metadata },
  spec: { containers: [container], ...spec },
})

/** A pod whose one container has these fields. */
export const podWith = (fields: Fields, spec: Fields = {}): Fields =>
  pod({ containers: [{ ...container, ...fields }], ...spec })

export const deployment = (spec: Fields = {}, template: Fields = {}): Fields => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  ...meta('web'),
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [container], ...template } },
    ...spec,
  },
})

/** A Deployment's spec under another kind of apps/v1. */
export const workload = (kind: string, spec: Fields = {}, template: Fields = {}): Fields => ({
  ...deployment(spec, template),
  kind,
})

export const job = (spec: Fields = {}, template: Fields = { restartPolicy: 'Never' }): Fields => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  ...meta('j'),
  spec: { template: { spec: { containers: [container], ...template } }, ...spec },
})

export const service = (spec: Fields = {}, name = 'web'): Fields => ({
  apiVersion: 'v1',
  kind: 'Service',
  ...meta(name),
  spec: { selector: { app: 'web' }, ports: [{ port: 80 }], ...spec },
})

/** Any other kind: apiVersion/Kind, its fields, its name. */
export function object(type: string, fields: Fields, name = 'x'): Fields {
  const slash = type.lastIndexOf('/')
  return { apiVersion: type.slice(0, slash), kind: type.slice(slash + 1), ...meta(name), ...fields }
}
