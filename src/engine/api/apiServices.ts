/**
 * What an API server serves by itself, as it registers it (apiregistration.k8s.io/v1; pkg/controlplane/apiserver/aggregator.go, kube-aggregator
 * pkg/controllers/autoregister).
 */
import { apiVersionOf, resources } from './resources.ts'
import type { KubeObject } from './types.ts'

/** groupPriorityMinimum: groups of higher numbers come first. */
const groupPriorities: Readonly<Record<string, number>> = {
  '': 18_000, apps: 17_800, 'events.k8s.io': 17_750, 'authentication.k8s.io': 17_700, 'authorization.k8s.io': 17_600, autoscaling: 17_500, batch: 17_400,
  'certificates.k8s.io': 17_300, 'networking.k8s.io': 17_200, policy: 17_100, 'rbac.authorization.k8s.io': 17_000, 'storage.k8s.io': 16_800,
  'apiextensions.k8s.io': 16_700, 'admissionregistration.k8s.io': 16_700, 'scheduling.k8s.io': 16_600, 'coordination.k8s.io': 16_500,
  'node.k8s.io': 16_300, 'discovery.k8s.io': 16_200, 'resource.k8s.io': 16_200, 'flowcontrol.apiserver.k8s.io': 16_100,
}
/** versionPriority, where it is not 15. */
const versionPriorities: Readonly<Record<string, number>> = { v1: 1, 'autoscaling/v2': 30, 'flowcontrol.apiserver.k8s.io/v1': 21 }

const managed = 'kube-aggregator.kubernetes.io/automanaged'

/** `when`: "onstart" for what is built in, "true" for what definitions bring and take away. */
export function localApiService(group: string, version: string, when: 'onstart' | 'true'): KubeObject {
  const versionPriority = when === 'true' ? 100 : (versionPriorities[apiVersionOf({ group, version })] ?? 15)
  return {
    apiVersion: 'apiregistration.k8s.io/v1', kind: 'APIService', metadata: { name: `${version}.${group}`, labels: { [managed]: when } },
    spec: { ...(group === '' ? {} : { group }), version, groupPriorityMinimum: when === 'true' ? 1000 : groupPriorities[group]!, versionPriority },
  } as unknown as KubeObject
}

/** The group of APIServices themselves is no part of what they tell of. */
export const localApiServices: readonly KubeObject[] = [...new Map(resources.map((info) => [apiVersionOf(info), info])).values()]
  .filter(({ group }) => group !== 'apiregistration.k8s.io')
  .map(({ group, version }) => localApiService(group, version, 'onstart'))
