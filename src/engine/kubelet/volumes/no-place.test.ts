import { expect, test } from 'vitest'
import { kubectl } from '../../../kubectl/index.ts'
import { createCluster } from '../../index.ts'

/** What a pod's container is told that mounts these volumes. */
function started(volumes: string, mounts: string, more = ''): { k: (line: string) => string; message: string } {
  const c = createCluster({ seed: 1 })
  const k = (line: string, stdin = ''): string => (({ stdout, stderr }) => stdout + stderr)(kubectl(c, line, { stdin }))
  k('create configmap conf --from-literal=a.txt=1')
  k('apply -f -', `{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {volumes: [${volumes}], containers: [{name: c, image: busybox, args: [sleep, 1d], volumeMounts: [${mounts}]${more}}]}}`)
  c.run({ for: '20s' })
  return { k, message: k('get pod p -o jsonpath={.status.containerStatuses[0].lastState.terminated.message}{.status.containerStatuses[0].state.waiting.reason}') }
}

test('a volume that has no place below a configMap is an error of the start', () => {
  const { message } = started('{name: conf, configMap: {name: conf}}, {name: e, emptyDir: {}}', '{name: conf, mountPath: /etc/app}, {name: e, mountPath: /etc/app/cache}')
  expect(message).toMatch(/error mounting ".*\/kubernetes\.io~empty-dir\/e" to rootfs at "\/etc\/app\/cache".*read-only file system.*(?:CrashLoopBackOff|RunContainerError)$/)
})

test('nor has a directory one on a file', () => {
  const { message } = started('{name: e, emptyDir: {}}', '{name: e, mountPath: /etc/passwd}')
  expect(message).toMatch(/not a directory/)
})

test('mounts below one another come in their order, whatever the order they are written in', () => {
  const { k } = started('{name: a, emptyDir: {}}, {name: b, configMap: {name: conf}}', '{name: b, mountPath: /data/conf}, {name: a, mountPath: /data}')
  expect(k('exec p -- ls /data /data/conf')).toBe('/data:\nconf\n\n/data/conf:\na.txt\n')
})

test('the working directory is made before the root is read-only', () => {
  const { k } = started('', '', ', workingDir: /some/where, securityContext: {readOnlyRootFilesystem: true}')
  expect(k('exec p -- pwd')).toBe('/some/where\n')
  const on = started('{name: conf, configMap: {name: conf}}', '{name: conf, mountPath: /etc/app}', ', workingDir: /etc/app/x')
  expect(on.message).toMatch(/mkdir \/etc\/app\/x: read-only file system/)
})

test.each<[what: string, volume: string, subPath: string, doing: string]>([
  ['leads out of the volume by a link', 'emptyDir: {}', 'out/etc', 'prepare subPath'],
  ['leads above it', 'emptyDir: {}', 'up', 'prepare subPath'],
  ['leads on over a file', 'emptyDir: {}', 'file/x', 'prepare subPath'],
  ['is below a file of the node', 'hostPath: {path: /etc/hostname}', 'x', 'prepare subPath'],
  ['leads by a link to nothing', 'emptyDir: {}', 'none', 'create subPath directory'],
  ['stays in the volume', 'emptyDir: {}', 'in', ''],
])('a part of a volume that %s', (_, volume, subPath, doing) => {
  const c = createCluster({ seed: 1 })
  const links = 'cd /v; mkdir -p dir/sub; touch file; ln -s / out; ln -s dir/../../.. up; ln -s gone none; ln -s dir/sub in'
  const init = volume.startsWith('empty') ? `, initContainers: [{name: i, image: busybox, args: [sh, -c, '${links}'], volumeMounts: [{name: v, mountPath: /v}]}]` : ''
  kubectl(c, 'apply -f -', { stdin: `{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {volumes: [{name: v, ${volume}}]${init}, containers: [{name: c, image: busybox, args: [sleep, 1d], volumeMounts: [{name: v, mountPath: /m, subPath: ${subPath}}]}]}}` })
  c.run({ for: '20s' })
  const { state } = c.world().get('Pod', 'p')!['status'].containerStatuses[0]
  if (doing === '') expect(state.running).toBeDefined()
  else expect(state.waiting).toEqual({ reason: 'CreateContainerConfigError', message: `failed to ${doing} for volumeMount "v" of container "c"` })
})
