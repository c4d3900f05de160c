import { formatSelector, isSelectorError, selectorFromSet, selectorOf } from '../../api/selector.ts'
import { mergePatch } from '../../api/patch/mergePatch.ts'
import { badRequest, conflict, invalid } from '../../api/status.ts'
import { invalid as invalidField } from '../../api/field.ts'
import type { ResourceInfo } from '../../api/resources.ts'
import type { KubeObject, Status } from '../../api/types.ts'
import type { ApiRequest } from '../request-info.ts'
import { customScale, withReplicas } from './custom.ts'
import type { Intake } from './intake.ts'

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

/** The object with the size that a Scale asks for, or why not. */
export function withScale(info: ResourceInfo, object: KubeObject, scale: unknown): { object: KubeObject } | { status: Status } {
  const { metadata, spec } = (scale ?? {}) as Partial<KubeObject>
  if (metadata?.name !== undefined && metadata.name !== object.metadata.name) {
    return { status: badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${object.metadata.name})`) }
  }
  if (metadata?.resourceVersion && metadata.resourceVersion !== object.metadata.resourceVersion) return { status: conflict(info, object.metadata.name) }
  const replicas: unknown = spec?.replicas ?? 0
  if (typeof replicas !== 'number' || !Number.isInteger(replicas)) return { status: badRequest('Scale in version "v1" cannot be handled as a Scale: json: cannot unmarshal spec.replicas into Go value of type int32') }
  if (replicas < 0) {
    const error = invalidField('spec.replicas', replicas, 'must be greater than or equal to 0')
    return { status: invalid({ group: 'autoscaling', kind: 'Scale' }, object.metadata.name, [error]) }
  }
  if (info.custom?.scale !== undefined) return { object: withReplicas(object, info.custom.scale, replicas) }
  return { object: { ...object, spec: { ...object['spec'], replicas } } }
}

/** A PUT or PATCH of the subresource, as an update of the object itself. */
export function intakeScale({ verb, body }: ApiRequest, info: ResourceInfo, old: KubeObject): Intake {
  const scaled = withScale(info, old, verb === 'patch' ? mergePatch(scaleOf(old, info), body) : body)
  return 'status' in scaled ? scaled : { object: scaled.object, warnings: [] }
}
