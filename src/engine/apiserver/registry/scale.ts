import { formatSelector, isSelectorError, selectorFromSet, selectorOf } from '../../api/selector.ts'
import { decode } from '../../api/decode.ts'
import { applyPatch } from '../../api/patch/patch.ts'
import { badRequest, invalid } from '../../api/status.ts'
import { invalid as invalidField } from '../../api/field.ts'
import type { ResourceInfo } from '../../api/resources.ts'
import type { KubeObject, Status } from '../../api/types.ts'
import type { ApiRequest } from '../request-info.ts'
import { customScale, withReplicas } from './custom.ts'
import { applyContentType } from './content-types.ts'
import type { Intake } from './intake.ts'
import { versionRefusal } from './write-options.ts'

/**
 * The subresource `scale`: the same small object over every kind that has replicas, so that whoever scales need not know the kind
 * (pkg/registry/apps/deployment/storage ScaleREST, autoscaling/v1 Scale).
 */
export function scaleOf(object: KubeObject, info?: ResourceInfo): KubeObject {
  if (info?.custom?.scale !== undefined) return customScale(object.metadata, object, info.custom.scale)
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata
  const { replicas, selector } = object['spec']
  const text = selectorText(object.kind, selector)
  return {
    apiVersion: 'autoscaling/v1',
    kind: 'Scale',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp } as KubeObject['metadata'],
    spec: replicas ? { replicas } : {},
    status: { replicas: object['status']?.replicas ?? 0, ...(text === '' ? {} : { selector: text }) },
  }
}

/** How a Scale is printed: it is a kind without a place of its own. */
export const scales = { plural: 'scales', group: 'autoscaling' }

function selectorText(kind: string, selector: unknown): string {
  if (selector === undefined || selector === null) return ''
  if (kind === 'ReplicationController') return formatSelector(selectorFromSet(selector as Record<string, string>))
  const parsed = selectorOf(selector)
  return isSelectorError(parsed) ? '' : formatSelector(parsed)
}

/** A Scale is a kind of its own, whatever it is of. */
const scaleKind = { ...scales, version: 'v1', kind: 'Scale' } as unknown as ResourceInfo

/** The object with the size that a Scale asks for, or why not. */
export function withScale(info: ResourceInfo, object: KubeObject, { metadata, spec }: KubeObject): { object: KubeObject } | { status: Status } {
  const { name, namespace, resourceVersion } = object.metadata
  if (!metadata?.name) return { status: badRequest('name must be provided') }
  if (metadata.name !== name) return { status: badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`) }
  if (metadata.namespace && metadata.namespace !== namespace) return { status: badRequest('the namespace of the provided object does not match the namespace sent on the request') }
  const other = versionRefusal(info, name, metadata, resourceVersion)
  if (other !== undefined) return { status: other }
  const replicas: number = spec?.replicas ?? 0
  if (replicas < 0) {
    const error = invalidField('spec.replicas', replicas, 'must be greater than or equal to 0')
    return { status: invalid({ group: 'autoscaling', kind: 'Scale' }, name, [error]) }
  }
  if (info.custom?.scale !== undefined) return { object: withReplicas(object, info.custom.scale, replicas) }
  return { object: { ...object, spec: { ...object['spec'], replicas } } }
}

/** A PUT or PATCH of the subresource, as an update of the object itself. An apply changes as a merge patch does. */
export function intakeScale({ verb, body, contentType, query }: ApiRequest, info: ResourceInfo, old: KubeObject): Intake {
  const type = contentType === applyContentType ? 'application/merge-patch+json' : contentType
  const sent = verb === 'patch' ? applyPatch(scaleOf(old, info), body, type, scaleKind, query) : decode(scaleKind, body)
  if ('status' in sent) return sent
  const scaled = withScale(info, old, sent.object)
  return 'status' in scaled ? scaled : { object: scaled.object, warnings: sent.warnings ?? [] }
}
