import { describe, expect, test } from 'vitest'
import { createCluster } from '../../index.ts'
import type { Response } from '../../api/request.ts'
import type { Status } from '../../api/types.ts'

const label = (mode: string) => `pod-security.kubernetes.io/${mode}`

function guarded(labels: Record<string, string>) {
  const cluster = createCluster({ nodes: 1, latency: 'zero' })
  const made = cluster.request({ verb: 'create', path: '/api/v1/namespaces', body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'safe', labels } } })
  cluster.run({ for: '1s' })
  const create = (spec: object): Response =>
    cluster.request({ verb: 'create', path: '/api/v1/namespaces/safe/pods', body: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec } })
  return { cluster, made, create }
}

const container = (context: object, rest: object = {}) => ({ name: 'c', image: 'nginx:1.27', securityContext: context, ...rest })
const pod = (context: object = {}, rest: object = {}, spec: object = {}) => ({ containers: [container(context, rest)], ...spec })
const safe = { allowPrivilegeEscalation: false, runAsNonRoot: true, capabilities: { drop: ['ALL'] }, seccompProfile: { type: 'RuntimeDefault' } }

describe('what is enforced', () => {
  test.each<[level: string, spec: object, why: string]>([
    ['baseline', pod({}, {}, { hostNetwork: true, hostPID: true }), 'host namespaces (hostNetwork=true, hostPID=true)'],
    ['baseline', pod({ privileged: true }), 'privileged (container "c" must not set securityContext.privileged=true)'],
    ['baseline', pod({ capabilities: { add: ['SYS_ADMIN', 'CHOWN', 'NET_RAW'] } }), 'non-default capabilities (container "c" must not include "NET_RAW", "SYS_ADMIN" in securityContext.capabilities.add)'],
    ['baseline', pod({}, {}, { volumes: [{ name: 'a', hostPath: { path: '/' } }, { name: 'b', hostPath: { path: '/etc' } }] }), 'hostPath volumes (volumes "a", "b")'],
    ['baseline', pod({}, { ports: [{ containerPort: 80, hostPort: 80 }] }), 'hostPort (container "c" uses hostPort 80)'],
    ['baseline', pod({}, { livenessProbe: { httpGet: { port: 80, host: 'elsewhere' } } }), 'probe or lifecycle host (container "c" uses probe or lifecycle host "elsewhere")'],
    ['baseline', pod({ seccompProfile: { type: 'Unconfined' } }), 'seccompProfile (container "c" must not set securityContext.seccompProfile.type to "Unconfined")'],
    ['baseline', pod({}, {}, { securityContext: { sysctls: [{ name: 'kernel.msgmax', value: '1' }] } }), 'forbidden sysctls (kernel.msgmax)'],
    ['baseline', { ...pod({ appArmorProfile: { type: 'Unconfined' } }), securityContext: { appArmorProfile: { type: 'Unconfined' } } }, 'forbidden AppArmor profile (pod and container "c" must not set AppArmor profile type to "Unconfined")'],
    ['baseline', pod({ seLinuxOptions: { role: 'r' } }), 'seLinuxOptions (container "c" set forbidden securityContext.seLinuxOptions: )'],
    ['baseline', pod({ seLinuxOptions: { type: 'spc_t', user: 'u' } }), 'seLinuxOptions (container "c" set forbidden securityContext.seLinuxOptions: type "spc_t"; user may not be set)'],
    [
      'restricted', pod(),
      'allowPrivilegeEscalation != false (container "c" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container "c" must set securityContext.capabilities.drop=["ALL"]), runAsNonRoot != true (pod or container "c" must set securityContext.runAsNonRoot=true), seccompProfile (pod or container "c" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
    ],
    ['restricted', pod({ ...safe, runAsNonRoot: false }), 'runAsNonRoot != true (container "c" must not set securityContext.runAsNonRoot=false)'],
    ['restricted', pod({ ...safe, runAsUser: 0 }), 'runAsUser=0 (container "c" must not set runAsUser=0)'],
    ['restricted', pod(safe, {}, { volumes: [{ name: 'v', hostPath: { path: '/' } }] }), 'restricted volume types (volume "v" uses restricted volume type "hostPath")'],
  ])('%s %j', (level, spec, why) => {
    const { create } = guarded({ [label('enforce')]: level })
    expect((create(spec).body as Status).message).toBe(`pods "p" is forbidden: violates PodSecurity "${level}:latest": ${why}`)
  })

  test.each<[string, object]>([
    ['privileged', pod({ privileged: true })],
    ['baseline', pod()],
    ['restricted', pod(safe)],
    ['restricted', { ...pod({ allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] } }), securityContext: { runAsNonRoot: true, seccompProfile: { type: 'Localhost', localhostProfile: 'p.json' } } }],
  ])('%s lets pass %j', (level, spec) => {
    expect(guarded({ [label('enforce')]: level }).create(spec)).toMatchObject({ code: 201 })
  })

  test('by an older version has fewer checks', () => {
    const spec = pod({}, { livenessProbe: { tcpSocket: { port: 80, host: 'elsewhere' } } })
    expect(guarded({ [label('enforce')]: 'baseline', [label('enforce-version')]: 'v1.33' }).create(spec).code).toBe(201)
    const tuned = pod({ seLinuxOptions: { type: 'container_engine_t' } }, {}, { securityContext: { sysctls: [{ name: 'net.ipv4.tcp_rmem', value: '1' }, { name: 'net.ipv4.tcp_fin_timeout', value: '1' }] } })
    expect(guarded({ [label('enforce')]: 'baseline' }).create(tuned).code).toBe(201)
    expect((guarded({ [label('enforce')]: 'baseline', [label('enforce-version')]: 'v1.30' }).create(tuned).body as Status).message).toBe(
      'pods "p" is forbidden: violates PodSecurity "baseline:v1.30": seLinuxOptions (container "c" set forbidden securityContext.seLinuxOptions: type "container_engine_t"), forbidden sysctls (net.ipv4.tcp_rmem)',
    )
    expect((guarded({ [label('enforce')]: 'restricted', [label('enforce-version')]: 'v1.7' }).create(pod({})).body as Status).message).toBe(
      'pods "p" is forbidden: violates PodSecurity "restricted:v1.7": runAsNonRoot != true (pod or container "c" must set securityContext.runAsNonRoot=true)',
    )
  })
})

test('what is only warned of is made', () => {
  const { create } = guarded({ [label('warn')]: 'baseline', [label('audit')]: 'restricted' })
  expect(create(pod({ privileged: true }))).toMatchObject({
    code: 201, warnings: ['would violate PodSecurity "baseline:latest": privileged (container "c" must not set securityContext.privileged=true)'],
  })
})

test('a template is warned of, and its pods are refused', () => {
  const { cluster } = guarded({ [label('enforce')]: 'baseline' })
  const body = {
    apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd' },
    spec: { selector: { matchLabels: { a: 'b' } }, template: { metadata: { labels: { a: 'b' } }, spec: pod({ privileged: true }) } },
  }
  const made = cluster.request({ verb: 'create', path: '/apis/apps/v1/namespaces/safe/deployments', body })
  expect(made).toMatchObject({ code: 201, warnings: [expect.stringContaining('would violate PodSecurity "baseline:latest": privileged')] })
  cluster.run({ for: '2s' })
  expect(cluster.world().list('Pod')).toEqual([])
  expect(cluster.world().list('Event').map((event) => event['message'])).toContainEqual(expect.stringContaining('is forbidden: violates PodSecurity "baseline:latest"'))
})

describe('a namespace', () => {
  test('has labels that mean something', () => {
    const { made } = guarded({ [label('enforce')]: 'strict', [label('warn-version')]: '1.30' })
    expect(made.code).toBe(422)
    expect((made.body as Status).message).toBe(
      'Namespace "safe" is invalid: [metadata.labels[pod-security.kubernetes.io/enforce]: Invalid value: "strict": must be one of privileged, baseline, restricted, metadata.labels[pod-security.kubernetes.io/warn-version]: Invalid value: "1.30": must be "latest" or "v1.x"]',
    )
  })

  test('that becomes stricter says which of its pods would be refused now', () => {
    const { cluster, create } = guarded({})
    create(pod({ privileged: true }))
    const body = { metadata: { labels: { [label('enforce')]: 'baseline' } } }
    expect(cluster.request({ verb: 'patch', path: '/api/v1/namespaces/safe', contentType: 'application/merge-patch+json', body }).warnings).toEqual([
      'existing pods in namespace "safe" violate the new PodSecurity enforce level "baseline:latest"',
      'p: privileged',
    ])
  })
})
