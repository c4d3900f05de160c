import { expect, test } from 'vitest'
import { createCluster } from '../index.ts'
import type { KubeObject } from './types.ts'

const metadata = { name: 'web', namespace: 'default' }
const container = {
  name: 'web',
  image: 'nginx:1.27',
  restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [42] } }],
  lifecycle: { stopSignal: 'SIGUSR1' },
}
const spec = { hostnameOverride: 'other', containers: [container] }

function stored(path: string, object: object): KubeObject {
  const { code, body } = createCluster({ nodes: 0 }).request({ verb: 'POST', path, body: object as KubeObject })
  expect([code, body]).toMatchObject([201, {}])
  return body as KubeObject
}

const gone = /hostnameOverride|restartPolicyRules|stopSignal|tolerance"/

test('a pod is stored without what is behind gates that are off', () => {
  const pod = stored('/api/v1/namespaces/default/pods', { apiVersion: 'v1', kind: 'Pod', metadata, spec })
  expect(JSON.stringify(pod['spec'])).not.toMatch(gone)
  expect(pod['spec'].containers[0].lifecycle).toEqual({})
})

test('so is a template', () => {
  const labels = { app: 'web' }
  const template = { metadata: { labels }, spec }
  const updateStrategy = { type: 'RollingUpdate', rollingUpdate: { partition: 1, maxUnavailable: 2 } }
  const set = stored('/apis/apps/v1/namespaces/default/statefulsets', {
    apiVersion: 'apps/v1', kind: 'StatefulSet', metadata, spec: { serviceName: 'web', selector: { matchLabels: labels }, template, updateStrategy },
  })
  expect(JSON.stringify(set['spec'])).not.toMatch(gone)
  expect(set['spec'].updateStrategy).toEqual({ type: 'RollingUpdate', rollingUpdate: { partition: 1 } })
})

test('and an autoscaler', () => {
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }
  const scaler = stored('/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers', {
    apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata, spec: { scaleTargetRef, maxReplicas: 3, behavior: { scaleDown: { tolerance: '0.5', stabilizationWindowSeconds: 60 } } },
  })
  expect(JSON.stringify(scaler['spec'])).not.toMatch(gone)
  expect(scaler['spec'].behavior.scaleDown.stabilizationWindowSeconds).toBe(60)
})
