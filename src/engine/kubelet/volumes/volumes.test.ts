import { beforeEach, describe, expect, test } from 'vitest'
import { fromBase64Url, toBase64 } from '../../api/base64.ts'
import type { Event, KubeObject, Pod } from '../../api/types.ts'
import { createCluster, type Cluster } from '../../index.ts'

let cluster: Cluster

beforeEach(() => {
  cluster = createCluster({ nodes: 1 })
})

function create(plural: string, kind: string, name: string, rest: object): void {
  const answer = cluster.request({ verb: 'POST', path: `/api/v1/namespaces/default/${plural}`, body: { apiVersion: 'v1', kind, metadata: { name }, ...rest } as never })
  if (answer.code !== 201) throw new Error(JSON.stringify(answer.body))
}

/** What a script in a pod prints that mounts the volume `v` at /v. */
function printed(script: string, volume: object, spec: { securityContext?: object } = {}, mount: object = {}): string[] {
  const containers = [{ name: 'app', image: 'busybox:1.36', command: ['sh', '-c', `${script}; sleep 3600`], volumeMounts: [{ name: 'v', mountPath: '/v', ...mount }] }]
  create('pods', 'Pod', 'reader', { spec: { containers, volumes: [{ name: 'v', ...volume }], ...spec } })
  cluster.run({ for: '10s' })
  return log('reader')
}

function log(name: string): string[] {
  const { body } = cluster.request({ verb: 'GET', path: `/api/v1/namespaces/default/pods/${name}/log` })
  return String(body).trimEnd().split('\n')
}

const events = (name: string): string[] =>
  (cluster.world().list('Event') as Event[]).filter((e) => e.involvedObject.name === name).map((e) => `${e.reason}: ${e.message}`)
const pod = (name: string): Pod => cluster.world().get('Pod', name) as Pod

describe('what the kubelet writes', () => {
  beforeEach(() => create('configmaps', 'ConfigMap', 'colours', { data: { sky: 'blue', grass: 'green' }, binaryData: { sun: toBase64('yellow') } }))

  test.each([
    ['a ConfigMap on the disk of the node', { configMap: { name: 'colours', items: [{ key: 'sky', path: 'sky' }] } }, ['total 12', 'drwxrwxrwx 3 4096 .', 'drwxr-xr-x 1 4096 ..', 'drwxr-xr-x 2 4096 ..DATE', 'lrwxrwxrwx 1 32 ..data', 'lrwxrwxrwx 1 10 sky']],
    ['the downward API in memory, where directories are as large as what they list', { downwardAPI: { items: [{ path: 'name', fieldRef: { fieldPath: 'metadata.name' } }] } },
      ['total 4', 'drwxrwxrwt 3 100 .', 'drwxr-xr-x 1 4096 ..', 'drwxr-xr-x 2 60 ..DATE', 'lrwxrwxrwx 1 32 ..data', 'lrwxrwxrwx 1 11 name']],
  ])('lies, for %s', (_, volume, rows) => {
    const listed = printed('ls -la /v', volume)
    const short = (line: string): string => line.replace(/^(\S+) +(\d+) root +root +(\d+) .{12} (\S+).*$/, '$1 $2 $3 $4').replace(/\.\.20\S+/, '..DATE')
    expect(listed.map(short)).toEqual(rows)
  })

  test('lies behind links that are swapped together', () => {
    const [links, data] = printed('cd /v; readlink sky; ls -a | grep "^\\.\\.2" | wc -l', { configMap: { name: 'colours' } })
    expect([links, data]).toEqual(['..data/sky', '1'])
  })

  test('follows a change, except through a subPath', () => {
    const watch = 'while true; do cat /v/sky 2>/dev/null || cat /v; echo; sleep 1; done'
    printed(watch, { configMap: { name: 'colours' } })
    const once = { name: 'pinned', image: 'busybox:1.36', command: ['sh', '-c', 'while true; do cat /v; echo; sleep 1; done'], volumeMounts: [{ name: 'v', mountPath: '/v', subPath: 'sky' }] }
    create('pods', 'Pod', 'pinned', { spec: { containers: [once], volumes: [{ name: 'v', configMap: { name: 'colours' } }] } })
    cluster.run({ for: '5s' })
    cluster.request({ verb: 'PATCH', path: '/api/v1/namespaces/default/configmaps/colours', contentType: 'application/merge-patch+json', body: { data: { sky: 'grey' } } as unknown as KubeObject })
    cluster.run({ for: '100s' })
    expect([log('reader').at(-1), log('pinned').at(-1)]).toEqual(['grey', 'blue'])
  })

  test('has the modes that are asked for, binary data, and only the chosen keys', () => {
    const items = [{ key: 'sky', path: 'deep/sky', mode: 0o400 }, { key: 'sun', path: 'sun' }]
    expect(printed('cd /v; stat -Lc "%a %n" deep/sky sun; cat sun; echo; ls', { configMap: { name: 'colours', items, defaultMode: 0o640 } })).toEqual([
      '400 deep/sky', '640 sun', 'yellow', 'deep', 'sun',
    ])
  })

  test('may be read by the group of the pod', () => {
    const spec = { securityContext: { runAsUser: 1000, fsGroup: 2000 } }
    expect(printed('cd /v; stat -Lc "%a %u %g" sky; cat sky; echo', { configMap: { name: 'colours', defaultMode: 0o400 } }, spec)).toEqual(['440 0 2000', 'blue'])
  })

  test('has all keys where none is chosen', () => {
    expect(printed('ls /v', { configMap: { name: 'colours', items: [] } })).toEqual(['grass', 'sky', 'sun'])
  })

  const projected = { projected: { defaultMode: 0o444, sources: [{ serviceAccountToken: { path: 't' } }] } }
  test.each([
    ['everybody', {}, '444 0 0'],
    ['the group of the pod', { fsGroup: 2000 }, '640 0 2000'],
    ['the user as whom the pod runs', { runAsUser: 1000 }, '600 1000 0'],
    ['both', { runAsUser: 1000, fsGroup: 2000 }, '640 1000 2000'],
  ])('a token is for %s to read', (_, securityContext, wanted) => {
    expect(printed('stat -Lc "%a %u %g" /v/t; cat /v/t > /dev/null || echo no', projected, { securityContext })).toEqual([wanted])
  })

  test('tells at once all that a projected volume lacks', () => {
    const sources = [{ secret: { name: 'user' } }, { configMap: { name: 'colours' } }, { secret: { name: 'pass' } }]
    printed('true', { projected: { sources } })
    expect(events('reader')).toContain('FailedMount: MountVolume.SetUp failed for volume "v" : [secret "user" not found, secret "pass" not found]')
  })

  test('a token is for its audience and its pod', () => {
    const [token] = printed('cat /v/t; echo', { projected: { sources: [{ serviceAccountToken: { path: 't', audience: 'vault', expirationSeconds: 7200 } }] } })
    const claims = JSON.parse(fromBase64Url(token!.split('.')[1]!))
    expect(claims).toMatchObject({
      aud: ['vault'],
      sub: 'system:serviceaccount:default:default',
      'kubernetes.io': { namespace: 'default', node: { name: 'node1' }, pod: { name: 'reader', uid: pod('reader').metadata.uid }, serviceaccount: { name: 'default' } },
    })
    expect(claims.exp - claims.iat).toBe(7200)
  })
})

describe('an emptyDir', () => {
  test('can be written by anybody', () => {
    expect(printed('id -u; echo yes > /v/f; cat /v/f; stat -c %a /v', { emptyDir: {} }, { securityContext: { runAsUser: 1000 } })).toEqual(['1000', 'yes', '777'])
  })

  test('belongs to the group of the pod, as does what is made in it', () => {
    const spec = { securityContext: { runAsUser: 1000, fsGroup: 2000 } }
    expect(printed('touch /v/f; stat -c "%a %g" /v; stat -c "%u %g" /v/f', { emptyDir: {} }, spec)).toEqual(['2777 2000', '1000 2000'])
  })

  test.each([
    ['as open as it is', {}, ['yes', '777 0']],
    ['the group\'s, where there is one', { securityContext: { runAsUser: 1000, fsGroup: 2000 } }, ['yes', '777 2000']],
  ])('has parts that are %s', (_, spec, seen) => {
    expect(printed('echo yes > /v/f; cat /v/f; stat -c "%a %g" /v', { emptyDir: {} }, { securityContext: { runAsUser: 1000 }, ...spec }, { subPath: 'a/b' })).toEqual(seen)
  })

  test('in memory counts against the limit of whoever writes it', () => {
    const container = {
      name: 'app', image: 'busybox:1.36', command: ['sh', '-c', 'dd if=/dev/zero of=/v/big bs=1M count=30; sleep 3600'],
      resources: { limits: { memory: '20Mi' } }, volumeMounts: [{ name: 'v', mountPath: '/v' }],
    }
    create('pods', 'Pod', 'eater', { spec: { restartPolicy: 'Never', containers: [container], volumes: [{ name: 'v', emptyDir: { medium: 'Memory' } }] } })
    cluster.run({ for: '10s' })
    expect(pod('eater').status.containerStatuses).toMatchObject([{ state: { terminated: { exitCode: 137, reason: 'OOMKilled' } } }])
  })
})

describe('a hostPath', () => {
  test('is the node itself', () => expect(printed('cat /v/etc/hostname', { hostPath: { path: '/' } })).toEqual(['node1']))
  test('is made when that is wanted', () => expect(printed('touch /v/f; ls /v', { hostPath: { path: '/srv/shop', type: 'DirectoryOrCreate' } })).toEqual(['f']))
  test.each([
    ['Socket', '/run/containerd/containerd.sock', 'srw-rw----'],
    ['FileOrCreate', '/run/xtables.lock', '-rw-------'],
  ])('of type %s is what stands there: %s', (type, path, mode) => expect(printed('ls -l /v', { hostPath: { path, type } })[0]).toContain(mode))
  test('of the logs of pods takes a directory below it', () => {
    const container = { name: 'app', image: 'busybox', command: ['sh', '-c', 'echo a > /logs/mine; ls /logs'], volumeMounts: [{ name: 'v', mountPath: '/logs', subPath: 'of-reader' }] }
    create('pods', 'Pod', 'reader', { spec: { restartPolicy: 'Never', containers: [container], volumes: [{ name: 'v', hostPath: { path: '/var/log/pods' } }] } })
    cluster.run({ for: '10s' })
    expect(pod('reader').status.containerStatuses).toMatchObject([{ state: { terminated: { exitCode: 0 } } }])
  })
  test.each([
    ['Directory', '/nowhere', 'hostPath type check failed: /nowhere is not a directory'],
    ['File', '/etc', 'hostPath type check failed: /etc is not a file'],
    ['Socket', '/var/run/docker.sock', 'hostPath type check failed: /var/run/docker.sock is not a socket file'],
    ['FileOrCreate', '/no/such/place', 'open /no/such/place: no such file or directory'],
  ])('of type %s is checked: %s', (type, path, message) => {
    printed('true', { hostPath: { path, type } })
    expect(events('reader')).toContain(`FailedMount: MountVolume.SetUp failed for volume "v" : ${message}`)
  })
})

describe('a volume that no node of ours can mount', () => {
  test.each([
    ['a plugin that is switched off', { gitRepo: { repository: 'https://example.com/r.git' } }, 'MountVolume.SetUp failed for volume "v" : git-repo volume plugin has been disabled; if necessary, it may be re-enabled by enabling the feature-gate `GitRepoVolumeDriver`'],
    ['a plugin that is gone', { glusterfs: { endpoints: 'g', path: 'p' } }, 'Unable to attach or mount volumes: unmounted volumes=[v], unattached volumes=[], failed to process volumes=[v]: failed to get Plugin from volumeSpec for volume "v" err=no volume plugin matched'],
    ['a driver that nobody has installed', { csi: { driver: 'secrets.example.com' } }, 'MountVolume.NewMounter initialization failed for volume "v" : volume mode "Ephemeral" not supported by driver secrets.example.com (no CSIDriver object)'],
  ])('says so: %s', (_, volume, message) => {
    printed('true', volume)
    expect(events('reader')).toContain(`FailedMount: ${message}`)
    expect(pod('reader').status.phase).toBe('Pending')
  })

  test('keeps no other from being tried', () => {
    create('pods', 'Pod', 'reader', { spec: { containers: [{ name: 'app', image: 'busybox:1.36' }], volumes: [{ name: 'a', configMap: { name: 'no' } }, { name: 'b', secret: { secretName: 'no' } }] } })
    cluster.run({ for: '5s' })
    expect(events('reader')).toEqual(expect.arrayContaining(['FailedMount: MountVolume.SetUp failed for volume "a" : configmap "no" not found', 'FailedMount: MountVolume.SetUp failed for volume "b" : secret "no" not found']))
  })
})

describe('files that somebody serves', () => {
  const nfs = (server: string) => ({ nfs: { server, path: '/exports' } })

  test('are waited for', () => {
    printed('true', nfs('192.0.2.1'))
    cluster.run({ for: '3m' })
    expect(events('reader').find((text) => text.startsWith('FailedMount'))).toContain(':/exports /var/lib/kubelet/pods/')
  })

  test('are the same for all who mount them', () => {
    const port = { containerPort: 2049 }
    create('pods', 'Pod', 'server', { spec: { containers: [{ name: 'nfs', image: 'registry.k8s.io/volume-nfs:0.8', ports: [port] }] } })
    cluster.run({ for: '30s' })
    const ip = pod('server').status.podIP!
    create('pods', 'Pod', 'writer', { spec: { containers: [{ name: 'app', image: 'busybox:1.36', command: ['sh', '-c', 'echo hello > /v/f; sleep 3600'], volumeMounts: [{ name: 'v', mountPath: '/v' }] }], volumes: [{ name: 'v', ...nfs(ip) }] } })
    cluster.run({ for: '20s' })
    expect(printed('cat /v/f', nfs(ip))).toEqual(['hello'])
  })
})

describe('a persistent volume of the node', () => {
  const bind = (source: object): void => {
    const shared = { accessModes: ['ReadWriteOnce'], storageClassName: 'manual' }
    const answer = cluster.request({ verb: 'POST', path: '/api/v1/persistentvolumes', body: { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'shelf' }, spec: { ...shared, capacity: { storage: '1Gi' }, ...source } } as never })
    expect(answer.code).toBe(201)
    create('persistentvolumeclaims', 'PersistentVolumeClaim', 'box', { spec: { ...shared, resources: { requests: { storage: '1Gi' } } } })
    cluster.run({ for: '2s' })
  }
  const box = { persistentVolumeClaim: { claimName: 'box' } }

  test('is a directory that others on the node see', () => {
    bind({ hostPath: { path: '/mnt/data' } })
    create('pods', 'Pod', 'neighbour', { spec: { containers: [{ name: 'app', image: 'busybox:1.36', command: ['sh', '-c', 'echo hi > /host/data/f; sleep 3600'], volumeMounts: [{ name: 'v', mountPath: '/host/data' }] }], volumes: [{ name: 'v', hostPath: { path: '/mnt/data' } }] } })
    cluster.run({ for: '10s' })
    expect(printed('cat /v/f', box)).toEqual(['hi'])
  })

  test('has to be there, if it is local', () => {
    const nodeAffinity = { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['node1'] }] }] } }
    bind({ local: { path: '/mnt/disks/ssd1' }, nodeAffinity })
    printed('true', box)
    expect(events('reader')).toContain('FailedMount: MountVolume.NewMounter initialization failed for volume "shelf" : path "/mnt/disks/ssd1" does not exist')
  })

  test('of a claim that is not there, named by a pod that has its node', () => {
    create('pods', 'Pod', 'reader', { spec: { nodeName: 'node1', containers: [{ name: 'app', image: 'busybox:1.36' }], volumes: [{ name: 'v', ...box }] } })
    cluster.run({ for: '5s' })
    expect(events('reader')).toContain('FailedMount: Unable to attach or mount volumes: unmounted volumes=[v], unattached volumes=[], failed to process volumes=[v]: error processing PVC default/box: failed to fetch PVC from API server: persistentvolumeclaims "box" not found')
  })
})

describe('an image as a volume', () => {
  test('is pulled, and can only be read', () => {
    expect(printed('cat /v/dir/file; touch /v/new 2>&1', { image: { reference: 'quay.io/crio/artifact:v2' } })).toEqual(['1', 'touch: /v/new: Read-only file system'])
    expect(events('reader')).toContain('Pulling: Pulling image "quay.io/crio/artifact:v2"')
  })

  test('that is not there keeps the container from starting', () => {
    printed('true', { image: { reference: 'quay.io/no-such/artifact:v2' } })
    expect(pod('reader').status.containerStatuses).toMatchObject([{ state: { waiting: { reason: 'ErrImagePull' } } }])
  })
})

describe('a private image', () => {
  const spec = { containers: [{ name: 'app', image: 'janedoe/private-app:v1' }], imagePullSecrets: [{ name: 'regcred' }] }
  const login = (password: string) => {
    const config = { auths: { 'https://index.docker.io/v1/': { username: 'janedoe', password, auth: toBase64(`janedoe:${password}`) } } }
    create('secrets', 'Secret', 'regcred', { type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': toBase64(JSON.stringify(config)) } })
  }
  const denied = 'Failed: Failed to pull image "janedoe/private-app:v1": failed to pull and unpack image "docker.io/janedoe/private-app:v1": failed to resolve reference "docker.io/janedoe/private-app:v1": '

  test('is pulled with the login of the pod', () => {
    login('xxxxxxxxxxx')
    create('pods', 'Pod', 'app', { spec })
    cluster.run({ for: '10s' })
    expect(pod('app').status.phase).toBe('Running')
  })

  test('is refused without one, and an event names the secret that is missing', () => {
    create('pods', 'Pod', 'app', { spec })
    cluster.run({ for: '10s' })
    expect(events('app')).toEqual(expect.arrayContaining([
      'FailedToRetrieveImagePullSecret: Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.',
      `${denied}pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`,
    ]))
    expect(pod('app').status.containerStatuses).toMatchObject([{ state: { waiting: { reason: 'ErrImagePull' } } }])
  })

  test('is refused with a wrong one', () => {
    login('wrong')
    create('pods', 'Pod', 'app', { spec })
    cluster.run({ for: '10s' })
    expect(events('app').find((text) => text.startsWith(denied))).toContain('401 Unauthorized')
  })
})

test('what was written into a volume can be looked at, until the pod is gone', () => {
  create('configmaps', 'ConfigMap', 'colours', { data: { sky: 'blue' } })
  create('secrets', 'Secret', 'hidden', { data: { key: toBase64('x'.repeat(3000)) } })
  const sources = [{ configMap: { name: 'colours' } }, { secret: { name: 'hidden' } }]
  printed('true', { projected: { sources } })
  const { uid } = pod('reader').metadata
  const mounted = (): unknown[] => cluster.machines.get('node1')!.range(`mounted/${uid}/`)
  expect(mounted()).toEqual([{
    podUID: uid,
    volume: 'v',
    files: [
      { path: 'sky', mode: 0o644, length: 4, text: 'blue', secret: false },
      { path: 'key', mode: 0o644, length: 3000, text: 'x'.repeat(2000), secret: true },
    ],
  }])
  cluster.request({ verb: 'DELETE', path: '/api/v1/namespaces/default/pods/reader', query: { gracePeriodSeconds: '1' } })
  cluster.run({ for: '10s' })
  expect(mounted()).toEqual([])
})

test.each([
  [true, ['old', 'old', 'old']],
  [false, ['old', 'new', 'new']],
])('a ConfigMap that is deleted and made anew; immutable: %s', (immutable, wanted) => {
  const volumes = [{ name: 'v', configMap: { name: 'settings' } }]
  const reader = (name: string): void =>
    create('pods', 'Pod', name, { spec: { containers: [{ name: 'app', image: 'busybox:1.36', command: ['sh', '-c', 'while sleep 5; do cat /v/text; done'], volumeMounts: [{ name: 'v', mountPath: '/v' }] }], volumes } })
  create('configmaps', 'ConfigMap', 'settings', { data: { text: 'old\n' }, immutable })
  reader('first')
  cluster.run({ for: '20s' })
  const before = log('first').at(-1)
  cluster.request({ verb: 'DELETE', path: '/api/v1/namespaces/default/configmaps/settings' } as never)
  create('configmaps', 'ConfigMap', 'settings', { data: { text: 'new\n' } })
  cluster.run({ for: '3m' })
  // Who comes later to the node hears what it has heard.
  reader('second')
  cluster.run({ for: '20s' })
  expect([before, log('first').at(-1), log('second').at(-1)]).toEqual(wanted)
})
