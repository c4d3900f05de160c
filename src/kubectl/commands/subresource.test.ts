import { expect, test } from 'vitest'
import './root.ts'
import { createCluster } from '../../engine/index.ts'
import { kubectl } from '../kubectl.ts'

/** `--subresource`: that part of an object is read, changed and compared, not the object. */
test.each<[line: string, printed: string]>([
  ['get deployment web --subresource=scale', 'NAME   DESIRED   AVAILABLE   AGE\nweb    2         0           0s\n'],
  ['get deployment web --subresource=scale -o jsonpath={.kind}/{.spec}', 'Scale/{"replicas":2}'],
  ['get deployment web --subresource=none -o yaml', 'Error from server (NotFound): the server could not find the requested resource\n'],
  ['patch deployment web --subresource=scale --type=merge -p {"spec":{"replicas":2}}', 'scale.autoscaling/web patched (no change)\n'],
  ['patch deployment web --subresource=scale --type=merge -p {"spec":{"replicas":3}} -o jsonpath={.spec}', '{"replicas":3}'],
])('%s', (line, printed) => {
  const cluster = createCluster({ nodes: 1, latency: 'zero' })
  kubectl(cluster, 'create deployment web --image=nginx:1.27 --replicas=2')
  const { stdout, stderr } = kubectl(cluster, line.replace(/(\{".*\}\})/, "'$1'"))
  expect(stdout + stderr).toBe(printed)
})
