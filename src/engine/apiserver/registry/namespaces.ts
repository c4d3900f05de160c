import type { FieldError } from '../../api/field.ts'
import type { ResourceInfo } from '../../api/resources.ts'
import { formatTime } from '../../api/time.ts'
import type { KubeObject } from '../../api/types.ts'
import { validateFinalizer } from '../../api/validation/meta.ts'
import { refuse, withMeta, type Decision } from './decision.ts'
import { invalidObject } from './invalid.ts'

/**
 * DELETE of a namespace whose spec has finalizers: it is marked and begins to end; the namespace controller empties it and takes the
 * finalizer off (pkg/registry/core/namespace/storage REST.Delete). Undefined: nothing holds it.
 */
export function decideNamespaceDelete(namespace: KubeObject, nowMs: number): Decision | undefined {
  if (namespace.metadata.deletionTimestamp !== undefined) {
    return holds(namespace) ? { do: 'nothing', code: 200, answer: namespace } : undefined
  }
  if (!holds(namespace)) return undefined
  const object = withMeta(
    { ...namespace, status: { ...namespace['status'], phase: 'Terminating' } },
    { deletionTimestamp: formatTime(nowMs) },
  )
  return { do: 'put', object, code: 200 }
}

/** PUT namespaces/finalize: only spec.finalizers change; without any, and marked, it is gone (FinalizeREST). */
export function decideFinalize(info: ResourceInfo, old: KubeObject, sent: KubeObject): Decision {
  const errors: FieldError[] = []
  for (const [i, name] of ((sent['spec']?.finalizers ?? []) as string[]).entries()) validateFinalizer(name, `spec.finalizers[${i}]`, errors)
  if (errors.length > 0) return refuse(invalidObject(info, sent, errors))
  const object = { ...old, spec: { ...old['spec'], finalizers: sent['spec']?.finalizers ?? [] } }
  const ends = old.metadata.deletionTimestamp !== undefined && !holds(object)
  return ends ? { do: 'remove', answer: object } : { do: 'put', object, code: 200 }
}

function holds({ spec, metadata }: KubeObject): boolean {
  return (spec?.finalizers?.length ?? 0) > 0 || (metadata.finalizers?.length ?? 0) > 0
}
