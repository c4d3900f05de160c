import type { Pod } from '../../../engine/api/types.ts'

/** What runs for the cluster itself: it stands behind what people run in it. */
export const isSystemPod = ({ metadata }: Pod): boolean => metadata.namespace === systemNamespace

export const systemNamespace = 'kube-system'

/** Without the machine's name at the end of a static pod's, and without the hash of a template: what tells it from the others, in few letters. */
export function shortPodName({ metadata: { name, labels, ownerReferences }, spec }: Pod): string {
  const isStatic = ownerReferences?.some(({ kind }) => kind === 'Node') === true
  const suffix = `-${spec.nodeName ?? ''}`
  if (isStatic && name.endsWith(suffix)) return name.slice(0, -suffix.length)
  const hash = labels?.['pod-template-hash']
  return hash === undefined ? name : name.replace(`-${hash}-`, '-')
}
