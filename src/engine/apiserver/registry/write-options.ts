import { goQuote, invalid as invalidField, notSupported, type FieldError } from '../../api/field.ts'
import { writeOptionsError } from '../../api/patch/options.ts'
import { collectionOf, type ResourceInfo } from '../../api/resources.ts'
import { badRequest, conflict, invalid, methodNotAllowed, plainError } from '../../api/status.ts'
import type { KubeObject, ObjectMeta, Status } from '../../api/types.ts'
import { nameInBody, type ApiRequest } from '../request-info.ts'
import { givenDeleteOptions } from './delete-options.ts'
import { applyContentType } from './content-types.ts'

/** What no write may ask for, whatever it is about (meta/v1/validation, and which paths take which methods). */
export function writeRefusal(request: ApiRequest): Status | undefined {
  const { verb, name, subresource, query, path } = request
  // Components name what they create; a path that has a name takes no POST.
  if (verb === 'create' && name !== undefined && subresource === undefined && path !== '') return methodNotAllowed()
  if ((verb === 'update' || verb === 'patch') && name === undefined) return methodNotAllowed()
  // What lies in namespaces is listed across them, and deleted in one.
  if (verb === 'deletecollection' && request.info?.namespaced === true && request.namespace === undefined) return methodNotAllowed()
  if (verb === 'update' && subresource === undefined) {
    const other = nameInBody(request)
    if (other !== undefined && other !== '' && other !== name) return badRequest(`the name of the object (${other}) does not match the name on the URL (${name})`)
  }
  if (subresource === 'eviction' && nameOf(request.body) !== name) return badRequest('name in URL does not match name in Eviction object')
  if (verb === 'create') return writeOptionsError('CreateOptions', query)
  if (verb === 'update') return writeOptionsError('UpdateOptions', query)
  if (verb === 'patch') return writeOptionsError('PatchOptions', query, request.contentType === applyContentType)
  return deleteOptionsError(request)
}

const nameOf = (body: unknown): unknown => (body as KubeObject | undefined)?.metadata?.name

const policies = ['Foreground', 'Background', 'Orphan']

function deleteOptionsError(request: ApiRequest): Status | undefined {
  const { propagationPolicy: policy, orphanDependents, dryRun } = givenDeleteOptions(request)
  const errors: FieldError[] = []
  if (policy !== undefined && orphanDependents !== undefined) {
    errors.push(invalidField('propagationPolicy', policy, 'orphanDependents and deletionPropagation cannot be both set'))
  }
  if (policy !== undefined && !policies.includes(policy)) errors.push(notSupported('propagationPolicy', policy, [...policies, 'nil']))
  if (dryRun?.some((one) => one !== 'All') === true) errors.push(notSupported('dryRun', dryRun, ['All']))
  return errors.length === 0 ? undefined : invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', errors)
}

/** Kinds of which a PUT makes the object that is not there (AllowCreateOnUpdate of pkg/registry/<group>/<kind>/strategy.go). */
const createdByUpdate = new Set(['services', 'endpoints', 'events', 'limitranges', 'leases', 'roles', 'rolebindings', 'clusterroles', 'clusterrolebindings'])

export const mayCreateByUpdate = ({ verb, info }: ApiRequest): boolean => verb === 'update' && info !== undefined && createdByUpdate.has(collectionOf(info))

/** Kinds that are only updated by who says which version of them is meant (AllowUnconditionalUpdate); custom resources, too. */
const conditional = new Set(['leases', 'poddisruptionbudgets', 'customresourcedefinitions', 'validatingadmissionpolicies', 'validatingadmissionpolicybindings'])

const tooLarge = 2n ** 64n

/** The version that an object names, 0 for any; text when it is none: what strconv.ParseUint says (storage.APIObjectVersioner). */
export function versionOf({ resourceVersion: text }: Partial<ObjectMeta>): bigint | string {
  if (!text) return 0n
  const why = /^\d+$/.test(text) ? (BigInt(text) < tooLarge ? undefined : 'value out of range') : 'invalid syntax'
  return why === undefined ? BigInt(text) : `strconv.ParseUint: parsing ${goQuote(text)}: ${why}`
}

/** An update that means another version of the object, or none that there could be. */
export function versionRefusal(info: ResourceInfo, name: string, sent: Partial<ObjectMeta>, stored: string): Status | undefined {
  const wanted = versionOf(sent)
  if (typeof wanted === 'string') return plainError(wanted)
  return wanted === 0n || wanted === BigInt(stored) ? undefined : conflict(info, name)
}

/** A PUT that has to say which version it means, and does not (registry/generic/registry/store.go Update). */
export function unconditionalRefusal({ info, name, body }: ApiRequest): Status | undefined {
  const { group, plural, custom } = info!
  if ((custom === undefined && !conditional.has(plural)) || versionOf((body as KubeObject).metadata ?? {}) !== 0n) return undefined
  return invalid({ group, kind: plural }, name!, [invalidField('metadata.resourceVersion', 0, 'must be specified for an update')])
}

/** Where etcd keeps what does not lie below its own name (pkg/kubeapiserver/default_storage_factory_builder.go). */
const registryNames: Readonly<Record<string, string>> = { nodes: 'minions', services: 'services/specs', endpoints: 'services/endpoints', replicationcontrollers: 'controllers', ingresses: 'ingress' }

/** An update that means another object of this name: etcd's own words reach the client (storage.NewInvalidObjError). */
export function uidMismatch(info: ResourceInfo, { metadata }: KubeObject, wanted: string): Status {
  const { namespace, name, uid } = metadata
  const folder = info.custom !== undefined || info.group === 'apiextensions.k8s.io' ? `${info.group}/${info.plural}` : (registryNames[info.plural] ?? info.plural)
  const key = ['', 'registry', folder, ...(namespace === undefined ? [] : [namespace]), name].join('/')
  const why = `Precondition failed: UID in precondition: ${wanted}, UID in object meta: ${uid}`
  return conflict(info, name, `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ${why}`)
}
