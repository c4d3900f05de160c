import { expect, test } from 'vitest'
import type { Pod } from '../../api/types.ts'
import { createCluster, type Cluster } from '../../index.ts'

/** A node with one pod that has run for a while. */
function started(spec: object, container: object = {}, line = 'true'): Cluster {
  const cluster = createCluster({ nodes: 1 })
  const whole = { ...spec, containers: [{ name: 'app', image: 'busybox:1.36', command: ['sh', '-c', `${line}; sleep 3600`], ...container }] }
  const path = '/api/v1/namespaces/default/pods'
  expect(cluster.request({ verb: 'POST', path, body: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: whole } as never }).code).toBe(201)
  cluster.run({ for: '6s' })
  return cluster
}

const log = (cluster: Cluster): string => String(cluster.request({ verb: 'GET', path: '/api/v1/namespaces/default/pods/web/log' }).body)
const status = (cluster: Cluster): Pod['status'] => (cluster.world().get('Pod', 'web') as Pod).status

test.each([
  [{}, {}, 'cat /proc/1/oom_score_adj', '1000\n'],
  [{}, { resources: { limits: { cpu: '1', memory: '64Mi' } } }, 'cat /proc/1/oom_score_adj', '-997\n'],
  [{}, { resources: { requests: { memory: '4Gi' } } }, 'cat /proc/1/oom_score_adj', '500\n'],
  [{}, {}, 'grep -E "NoNewPrivs|Seccomp:" /proc/1/status', 'NoNewPrivs:\t0\nSeccomp:\t0\n'],
  [{ securityContext: { seccompProfile: { type: 'RuntimeDefault' } } }, { securityContext: { allowPrivilegeEscalation: false } }, 'grep -E "NoNewPrivs|Seccomp:" /proc/1/status', 'NoNewPrivs:\t1\nSeccomp:\t2\n'],
  [{}, {}, 'readlink /proc/self/ns/user; cat /proc/self/uid_map', 'user:[4026531837]\n         0          0 4294967295\n'],
])('%j %j: %s', (spec, container, line, output) => {
  expect(log(started(spec, container, line))).toBe(output)
})

test('a user namespace has ids of its own', () => {
  const lines = log(started({ hostUsers: false }, {}, 'readlink /proc/self/ns/user; cat /proc/self/uid_map')).split('\n')
  expect(lines[0]).toMatch(/^user:\[\d+\]$/)
  expect(lines[0]).not.toBe('user:[4026531837]')
  expect(lines[1]).toMatch(/^ {9}0 +[1-9]\d* +65536$/)
})

test.each([
  [{ seccompProfile: { type: 'Localhost', localhostProfile: 'profiles/audit.json' } }, 'cannot load seccomp profile "/var/lib/kubelet/seccomp/profiles/audit.json"'],
  [{ appArmorProfile: { type: 'Localhost', localhostProfile: 'k8s-nope' } }, 'apparmor profile not found k8s-nope'],
])('a profile that is not on the node: %j', (securityContext, words) => {
  const { waiting } = status(started({}, { securityContext })).containerStatuses![0]!.state!
  expect(waiting?.reason).toBe('CreateContainerError')
  expect(waiting?.message).toContain(words)
})

test.each([
  [{}, 'net.core.somaxconn', 'forbidden sysctl: "net.core.somaxconn" not allowlisted'],
  [{}, 'kernel.shm_rmid_forced', undefined],
])('%j and the sysctl %s', (spec, name, message) => {
  const { phase, reason, message: said } = status(started({ ...spec, securityContext: { sysctls: [{ name, value: '1' }] } }))
  if (message === undefined) expect(phase).toBe('Running')
  else expect({ phase, reason, said }).toEqual({ phase: 'Failed', reason: 'SysctlForbidden', said: `Pod was rejected: ${message}` })
})

test('a sysctl of the pod is what its processes find', () => {
  const sysctls = [{ name: 'kernel/shm_rmid_forced', value: '1' }, { name: 'net.ipv4.tcp_keepalive_time', value: '600' }]
  const line = 'sysctl kernel.shm_rmid_forced net.ipv4.tcp_keepalive_time; cat /proc/sys/net/ipv4/tcp_keepalive_time /proc/sys/net/ipv4/tcp_fin_timeout'
  expect(log(started({ securityContext: { sysctls } }, {}, line))).toBe('kernel.shm_rmid_forced = 1\n600\n60\n')
})

test.each([
  ['/logs', 'error SubPath `/logs` must not be an absolute path'],
  ['a/../..', "unable to provision SubPath `a/../..`: must not contain '..'"],
])('a path in a volume that the environment makes %s', (value, message) => {
  const mount = { env: [{ name: 'WHERE', value }], volumeMounts: [{ name: 'v', mountPath: '/v', subPathExpr: '$(WHERE)' }] }
  expect(status(started({ volumes: [{ name: 'v', emptyDir: {} }] }, mount)).containerStatuses![0]!.state!.waiting).toEqual({ reason: 'CreateContainerConfigError', message })
})

test('a last line without an end, and words at a path of its own by any user', () => {
  const last = (container: object, line: string) => {
    const cluster = started({ restartPolicy: 'Never' }, container, `${line}; exit 1; true`)
    return { log: log(cluster), message: status(cluster).containerStatuses![0]!.state!.terminated!.message }
  }
  expect(last({ terminationMessagePolicy: 'FallbackToLogsOnError' }, 'echo a; printf b')).toEqual({ log: 'a\nb', message: 'a\nb' })
  expect(last({ terminationMessagePath: '/dev/last', securityContext: { runAsUser: 1000 } }, 'echo -n DONE > /dev/last')).toEqual({ log: '', message: 'DONE' })
})
