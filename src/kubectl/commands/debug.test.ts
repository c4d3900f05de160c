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
  ['debug app --image=busybox --env=A', 'error: invalid argument "A" for "--env" flag: A must be formatted as key=value\nSee \'kubectl debug --help\' for usage.\n'],
  ['debug app --image=Busy', 'error: invalid image name "Busy": invalid reference format\n'],
  ['debug app --copy-to=two --set-image=app=A', 'error: invalid image name "A" for container "app": invalid reference format\n'],
  ['debug app --image=busybox --image-pull-policy=No', 'error: invalid image pull policy: No\n'],
  ['debug app --attach --copy-to=two --set-image=app=x', 'error: you must specify --container or create a new container using --image in order to attach.\n'],
  ['debug app --image=busybox --custom=none', 'error: must pass a container spec json file for custom profile: open none: no such file or directory\n'],
  ['debug deploy/web --image=busybox --profile=general', 'Error from server (NotFound): deployments.apps "web" not found\n'],
  ['debug service/kubernetes --image=busybox --profile=general', 'error: "/v1, Kind=Service" not supported by debug\n'],
  ['debug app --copy-to=two -c none --profile=general -- sh', 'error: you must specify image when creating new container\n'],
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

const probed = {
  'probed.yaml': JSON.stringify({
    apiVersion: 'v1', kind: 'Pod', metadata: { name: 'probed', labels: { app: 'x' }, annotations: { note: 'y' } },
    spec: {
      initContainers: [{ name: 'before', image: 'busybox:1.36', command: ['true'] }],
      containers: [{ name: 'main', image: 'nginx', readinessProbe: { tcpSocket: { port: 80 } }, args: ['a'] }, { name: 'side', image: 'nginx' }],
    },
  }),
  'custom.yaml': 'securityContext: {runAsUser: 7}\nenv: [{name: B, value: c}]\n',
}

/** What is left of a copy: labels, annotations, init containers, a probe, shared processes; then each container as name, image, command and what it may. */
const copies: [flags: string, kept: boolean[], containers: string[]][] = [
  ['--image=busybox -c d', [false, true, true, true, false], ['main nginx a', 'side nginx', 'd busybox']],
  ['--image=busybox -c d --profile=general', [false, false, true, false, true], ['main nginx a', 'side nginx', 'd busybox SYS_PTRACE']],
  ['--image=busybox -c d --profile=general --keep-labels --keep-annotations --keep-readiness --keep-init-containers=false --share-processes=false', [true, true, false, true, false], ['main nginx a', 'side nginx', 'd busybox SYS_PTRACE']],
  ['-c main --profile=baseline -- sh -c x', [false, false, true, false, true], ['main nginx sh -c x', 'side nginx']],
  ['-c main --arguments-only --profile=baseline -- b', [false, false, true, false, true], ['main nginx b', 'side nginx']],
  ['--set-image=*=httpd,side=redis --profile=general', [true, true, true, true, false], ['main httpd a', 'side redis']],
  ['--image=busybox -c d --profile=general --custom=custom.yaml', [false, false, true, false, true], ['main nginx a', 'side nginx', 'd busybox SYS_PTRACE 7 B=c']],
]

test.each(copies)('a copy with %s', (flags, kept, containers) => {
  kubectl(cluster, 'apply -f probed.yaml', { files: probed })
  const [before = '', after] = flags.split(' -- ')
  const { stderr } = kubectl(cluster, `debug probed --copy-to=copy ${before}${after === undefined ? '' : ` -- ${after}`}`, { files: probed })
  expect(stderr.replace(/^--profile=legacy.*\n/, '')).toBe('')
  const { metadata, spec } = JSON.parse(kubectl(cluster, 'get pod copy -o json').stdout) as KubeObject
  kubectl(cluster, 'delete pod copy --now')
  expect([metadata.labels !== undefined, metadata.annotations !== undefined, spec.initContainers !== undefined, spec.containers[0].readinessProbe !== undefined, spec.shareProcessNamespace === true]).toEqual(kept)
  expect(spec.containers.map((c: any) => [
    c.name, c.image, ...(c.command ?? []), ...(c.args ?? []), ...(c.securityContext?.capabilities?.add ?? []), ...(c.securityContext?.runAsUser ? [c.securityContext.runAsUser] : []), ...(c.env ?? []).map((e: any) => `${e.name}=${e.value}`),
  ].join(' '))).toEqual(containers)
})

test('what a user that is not root may is said', () => {
  const files = { 'user.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: {name: user}\nspec: {securityContext: {runAsUser: 5}, containers: [{name: a, image: nginx}]}\n' }
  kubectl(cluster, 'apply -f user.yaml', { files })
  expect(kubectl(cluster, 'debug user --image=busybox -c d1 --profile=general').stderr).toMatch(/^Warning: Non-root user is configured/)
  expect(kubectl(cluster, 'debug user --image=busybox -c d2 --profile=baseline').stderr).toBe('')
})

test('while the image is not there it says why', () => {
  const id = cluster.perform({ kubectl: 'debug app -i --image=nginx:does-not-exist -c late --profile=general' })
  cluster.run({ for: '20s' })
  const said = cluster.output.filter((o) => o.command === id).map((o) => o.text).join('')
  expect(said).toContain('Warning: container late: ')
})
