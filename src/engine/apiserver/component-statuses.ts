import type { KubeObject } from '../api/types.ts'

const healthy = (name: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ComponentStatus',
  metadata: { name } as KubeObject['metadata'],
  conditions: [{ type: 'Healthy', status: 'True', message: 'ok' }],
})

/** What is asked when it is read, and stored nowhere (pkg/registry/core/componentstatus). */
export const componentStatuses: readonly KubeObject[] = ['controller-manager', 'scheduler', 'etcd-0'].map(healthy)
