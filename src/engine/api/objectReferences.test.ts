import { expect, test } from 'vitest'
import { namesSecret, referenceOf } from './objectReferences.ts'
import type { Pod } from './types.ts'

const pod = (spec: object): Pod => ({ metadata: { name: 'web' }, spec: { containers: [{ name: 'app', image: 'nginx' }], ...spec } }) as unknown as Pod
const volume = (source: object): object => ({ volumes: [{ name: 'v', ...source }] })
const variables = (more: object): object => ({ containers: [{ name: 'app', image: 'nginx', ...more }] })

/** podutil.HasAPIObjectReference, and whether VisitPodSecretNames finds one. */
test.each<[string, object, string | undefined, boolean]>([
  ['nothing', {}, undefined, false],
  ['what lies on the node', volume({ hostPath: { path: '/x' } }), undefined, false],
  ['itself', volume({ projected: { sources: [{ downwardAPI: {} }] } }), undefined, false],
  ['an account', { serviceAccountName: 'robot' }, 'serviceaccounts', false],
  ['a secret to pull with', { imagePullSecrets: [{ name: 's' }] }, 'secrets', true],
  ['a secret of a variable', variables({ env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }] }), 'secrets', true],
  ['a secret of an init container', { initContainers: [{ name: 'i', envFrom: [{ secretRef: { name: 's' } }] }] }, 'secrets', true],
  ['a secret of a driver', volume({ csi: { driver: 'd', nodePublishSecretRef: { name: 's' } } }), 'secrets', true],
  ['a secret of an old driver', volume({ iscsi: { secretRef: { name: 's' } } }), 'secrets', true],
  ['a projected secret', volume({ projected: { sources: [{ secret: { name: 's' } }] } }), 'secrets', true],
  ['a map in variables', variables({ envFrom: [{ configMapRef: { name: 'c' } }] }), 'configmaps', false],
  ['devices', { resourceClaims: [{ name: 'd', resourceClaimName: 'd' }] }, 'resourceclaims', false],
  ['a driver', volume({ csi: { driver: 'd' } }), 'csidrivers (via CSI volumes)', false],
  ['a claim', volume({ persistentVolumeClaim: { claimName: 'c' } }), 'persistentvolumeclaims', false],
  ['a claim of its own', volume({ ephemeral: { volumeClaimTemplate: {} } }), 'persistentvolumeclaims (via ephemeral volumes)', false],
  ['certificates', volume({ projected: { sources: [{ clusterTrustBundle: { path: 'p' } }] } }), 'clustertrustbundles', false],
])('a pod that names %s', (_, spec, reference, secret) => expect([referenceOf(pod(spec)), namesSecret(pod(spec))]).toEqual([reference, secret]))
