import { expect, test } from 'vitest'
import { kubectl } from '../../kubectl/index.ts'
import { createCluster } from '../index.ts'

interface Installed {
  file?: string
  image?: string
  args?: string
  roles?: readonly string[]
}

const v1 = 'apiVersion: kubescheduler.config.k8s.io/v1\\nkind: KubeSchedulerConfiguration\\n'
const own = `${v1}profiles: [{ schedulerName: second }]\\nleaderElection: { leaderElect: false }\\n`

/** A cluster with a second scheduler as a Deployment, and a pod that asks for it. */
function installed({ file = own, image = 'registry.k8s.io/kube-scheduler:v1.34.0', args = '--config=/etc/second/config.yaml', roles = ['system:kube-scheduler', 'system:volume-scheduler'] }: Installed): (line: string) => string {
  const c = createCluster({ seed: 1 })
  const k = (line: string, stdin = ''): string => (({ stdout, stderr }) => stdout + stderr)(kubectl(c, line, { stdin }))
  k('create serviceaccount second')
  for (const role of roles) k(`create clusterrolebinding ${role.replaceAll(':', '-')} --clusterrole=${role} --serviceaccount=default:second`)
  k('apply -f -', `
apiVersion: v1
kind: ConfigMap
metadata: { name: second }
data: { config.yaml: "${file}" }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: second }
spec:
  selector: { matchLabels: { app: second } }
  template:
    metadata: { labels: { app: second } }
    spec:
      serviceAccountName: second
      volumes: [{ name: config, configMap: { name: second } }]
      containers: [{ name: second, image: "${image}", command: [kube-scheduler, "${args}"], volumeMounts: [{ name: config, mountPath: /etc/second }] }]
---
apiVersion: v1
kind: Pod
metadata: { name: early }
spec: { schedulerName: second, containers: [{ name: a, image: registry.k8s.io/pause:3.10 }] }
`)
  c.run({ for: '20s' })
  return (line) => {
    if (!line.startsWith('+')) return k(line)
    c.run({ for: line.slice(1) })
    return ''
  }
}

test.each<[string, Installed, RegExp]>([
  ['its configuration names a profile', {}, /Running second$/],
  ['an old one takes the name as an option', { image: 'k8s.gcr.io/kube-scheduler:v1.18.0', args: '--scheduler-name=second --leader-elect=false' }, /Running second$/],
  ['a mirror of the program under another name', { image: 'example.com/my/scheduler:1.0' }, /Running second$/],
  ['it may not see pods', { roles: [] }, /Pending second$/],
  ['it waits for the lease of the cluster’s own', { file: `${v1}profiles: [{ schedulerName: second }]\\n` }, /Pending second$/],
  ['it has a lease of its own', { file: `${v1}profiles: [{ schedulerName: second }]\\nleaderElection: { resourceName: second }\\n` }, /Running second$/],
  ['it has another profile', { file: own.replace('second', 'third') }, /Pending second$/],
  ['its configuration is of a version that is gone', { file: own.replace('v1', 'v1beta2') }, /Pending second$/],
])('a second scheduler: %s', (_, o, seen) => {
  expect(installed(o)('get pod early -o jsonpath="{.status.phase} {.spec.schedulerName}"')).toMatch(seen)
})

test('its events are its own, its plugins too, and it stops with its pod', () => {
  const k = installed({ file: own.replace('schedulerName: second', 'schedulerName: second, plugins: { multiPoint: { disabled: [{ name: NodeResourcesFit }] } }') })
  expect(k('get events --field-selector reason=Scheduled,involvedObject.name=early -o jsonpath={.items[0].reportingComponent}')).toBe('second')
  k(`run huge --image=registry.k8s.io/pause:3.10 --overrides='{"spec":{"schedulerName":"second","containers":[{"name":"huge","image":"registry.k8s.io/pause:3.10","resources":{"requests":{"cpu":"99"}}}]}}'`)
  k('+5s')
  expect(k('get pod huge -o jsonpath={.spec.nodeName}')).toMatch(/^node\d$/)
  k('scale deployment second --replicas=0')
  k('+40s')
  k(`run late --image=registry.k8s.io/pause:3.10 --overrides='{"spec":{"schedulerName":"second"}}'`)
  k('+20s')
  expect(k('get pod late -o jsonpath={.status.phase}/{.spec.nodeName}')).toBe('Pending/')
})

test('a configuration that it cannot read ends it', () => {
  const k = installed({ file: own.replace('v1', 'v1beta2') })
  expect(k('logs deploy/second')).toContain('no kind \\"KubeSchedulerConfiguration\\" is registered for version \\"kubescheduler.config.k8s.io/v1beta2\\" in scheme')
})
