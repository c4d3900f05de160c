import { beforeAll, expect, test } from 'vitest'
import './root.ts'
import { createCluster } from '../../engine/index.ts'
import type { KubeObject } from '../../engine/api/types.ts'
import { kubectl } from '../kubectl.ts'

const cluster = createCluster({ nodes: 1 })

beforeAll(() => {
  kubectl(cluster, 'run app --image=busybox:1.36 -- sleep 3600')
  cluster.run({ for: '20s' })
})

test.each<[line: string, stderr: string]>([
  ['debug app', 'error: you must specify --image when not using --copy-to.\n'],
  ['debug --image=busybox', 'error: NAME or filename is required for debug\n'],
  ['debug app --image=busybox --profile=none', 'error: unknown profile: none\n'],
  ['debug app --image=busybox -t', 'error: -i/--stdin is required for containers with -t/--tty=true\n'],
  ['debug app --image=busybox --same-node', 'error: --same-node may only be used with --copy-to.\n'],
  ['debug app --set-image=*=busybox', 'error: --set-image may only be used with --copy-to.\n'],
  ['debug app --copy-to=two', 'error: you must specify --image, --set-image or command arguments.\n'],
  ['debug app --copy-to=two --image=busybox --target=app', 'error: --target is incompatible with --copy-to. Use --share-processes instead.\n'],
  ['debug absent --image=busybox --profile=general', 'Error from server (NotFound): pods "absent" not found\n'],
])('%s', (line, stderr) => {
  expect(kubectl(cluster, line)).toEqual({ stdout: '', stderr, exitCode: 1 })
})

test('without a profile it says that the default one will go', () => {
  const { stdout, stderr } = kubectl(cluster, 'debug app --image=busybox:1.36 --target=app -c first')
  expect(stdout).toMatch(/^Targeting container "app"\. /)
  expect(stderr).toBe('--profile=legacy is deprecated and will be removed in the future. It is recommended to explicitly specify a profile, for example "--profile=general".\n')
})

const all = { capabilities: { drop: ['ALL'] }, allowPrivilegeEscalation: false, runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } }
const net = { capabilities: { add: ['NET_ADMIN', 'NET_RAW'] } }

test.each<[profile: string, inPod: object | undefined, onNode: object | undefined, ofHost: [root: boolean, namespaces: boolean]]>([
  ['legacy', undefined, undefined, [true, true]],
  ['general', { capabilities: { add: ['SYS_PTRACE'] } }, undefined, [true, true]],
  ['baseline', undefined, undefined, [false, false]],
  ['netadmin', net, net, [false, true]],
  ['restricted', all, all, [false, false]],
  ['sysadmin', { privileged: true }, { privileged: true }, [true, true]],
])('what %s gives', (profile, inPod, onNode, ofHost) => {
  const read = (name: string): KubeObject => JSON.parse(kubectl(cluster, `get pod ${name} -o json`).stdout) as KubeObject
  kubectl(cluster, `debug app --image=busybox:1.36 -c of-${profile} --profile=${profile}`)
  expect(read('app')['spec'].ephemeralContainers.find((c: { name: string }) => c.name === `of-${profile}`).securityContext).toEqual(inPod)
  const [name] = /node-debugger-\S+/.exec(kubectl(cluster, `debug node/node1 --image=busybox:1.36 --profile=${profile}`).stdout)!
  const { spec } = read(name)
  expect(spec.containers[0].securityContext).toEqual(onNode)
  expect([spec.volumes.some((v: { hostPath?: unknown }) => v.hostPath), spec.hostPID === true && spec.hostNetwork === true]).toEqual(ofHost)
})
