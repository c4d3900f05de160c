import { beforeEach, describe, expect, test } from 'vitest'
import { toBase64, fromBase64 } from '../../api/base64.ts'
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

  test('tells at once all that a projected volume lacks', () => {
    const sources = [{ secret: { name: 'user' } }, { configMap: { name: 'colours' } }, { secret: { name: 'pass' } }]
    printed('true', { projected: { sources } })
    expect(events('reader')).toContain('FailedMount: MountVolume.SetUp failed for volume "v" : [secret "user" not found, secret "pass" not found]')
  })

  test('a token is for its audience and its pod', () => {
    const [token] = printed('cat /v/t; echo', { projected: { sources: [{ serviceAccountToken: { path: 't', audience: 'vault', expirationSeconds: 7200 } }] } })
    const claims = JSON.parse(fromBase64(token!.split('.')[1]!.replaceAll('-', '+').replaceAll('_', '/')))
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
    ['Directory', '/nowhere', 'hostPath type check failed: /nowhere is not a directory'],
    ['File', '/etc', 'hostPath type check failed: /etc is not a file'],
    ['Socket', '/var/run/docker.sock', 'hostPath type check failed: /var/run/docker.sock is not a socket file'],
    ['FileOrCreate', '/no/such/place', 'open /no/such/place: no such file or directory'],
  ])('of type %s is checked: %s', (type, path, message) => {
    printed('true', { hostPath: { path, type } })
    expect(events('reader')).toContain(`FailedMount: MountVolume.SetUp failed for volume "v" : ${message}`)
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
