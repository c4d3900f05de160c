import { describe, expect, it } from 'vitest'
import '../../kinds.ts'
import type { Json } from './jsonMap.ts'
import { strategicMergePatch } from './strategic.ts'
import { createStrategicMergePatch, createTwoWayMergePatch } from './strategicDiff.ts'

const podPatch = (original: Json, patch: Json): Json => strategicMergePatch(original, patch, 'v1', 'Pod')
const specPatch = (original: Json, patch: Json): unknown => podPatch({ spec: original }, { spec: patch })['spec']

const a = { name: 'a', image: 'a:1', env: [{ name: 'X', value: '1' }] }
const b = { name: 'b', image: 'b:1' }
const containers = { containers: [a, b] }

describe('a strategic merge patch', () => {
  it('merges containers by name, and what is in them; what is new goes first', () => {
    expect(specPatch(containers, { containers: [{ name: 'b', image: 'b:2' }] })).toEqual({
      containers: [a, { name: 'b', image: 'b:2' }],
    })
    expect(specPatch(containers, { containers: [{ name: 'a', env: [{ name: 'Y', value: '2' }] }] })).toEqual({
      containers: [{ ...a, env: [{ name: 'Y', value: '2' }, ...a.env] }, b],
    })
    expect(specPatch(containers, { containers: [{ name: 'c', image: 'c' }] })).toEqual({
      containers: [{ name: 'c', image: 'c' }, a, b],
    })
  })

  it('replaces lists that have no key', () => {
    const tolerations = [{ key: 'x' }]
    expect(specPatch({ tolerations: [{ key: 'y' }] }, { tolerations })).toEqual({ tolerations })
    expect(
      specPatch({ containers: [{ ...a, args: ['1', '2'] }] }, { containers: [{ name: 'a', args: ['3'] }] }),
    ).toEqual({
      containers: [{ ...a, args: ['3'] }],
    })
  })

  it('deletes with null, and forgets nulls for what is not there', () => {
    const original = { metadata: { labels: { a: '1', b: '2' } } }
    expect(podPatch(original, { metadata: { labels: { a: null, z: null } } })).toEqual({
      metadata: { labels: { b: '2' } },
    })
    expect(podPatch({}, { metadata: { labels: { a: null } } })).toEqual({ metadata: { labels: {} } })
  })

  it('deletes items by $patch: delete', () => {
    expect(specPatch(containers, { containers: [{ $patch: 'delete', name: 'a' }] })).toEqual({ containers: [b] })
    expect(
      specPatch({ volumes: [{ name: 'v', emptyDir: {} }] }, { volumes: [{ $patch: 'delete', name: 'v' }] }),
    ).toEqual({
      volumes: [],
    })
  })

  it('has nothing to delete from what is not there', () => {
    expect(specPatch({ hostname: 'h' }, { volumes: [{ $patch: 'delete', name: 'v' }, { name: 'w' }], nodeSelector: { $patch: 'delete' } })).toEqual({ hostname: 'h', volumes: [{ name: 'w' }] })
    expect(specPatch(containers, { containers: [{ name: 'b', ports: [{ $patch: 'delete', containerPort: 80 }] }] })).toEqual({ containers: [a, { ...b, ports: [] }] })
  })

  it('replaces by $patch: replace', () => {
    const c = { name: 'c', image: 'c' }
    expect(specPatch(containers, { containers: [c, { $patch: 'replace' }] })).toEqual({ containers: [c] })
    expect(
      podPatch({ metadata: { labels: { a: '1' } } }, { metadata: { labels: { $patch: 'replace', b: '2' } } }),
    ).toEqual({
      metadata: { labels: { b: '2' } },
    })
    expect(podPatch({ spec: containers }, { spec: { $patch: 'delete' } })).toEqual({ spec: {} })
  })

  it('takes values out of plain lists by $deleteFromPrimitiveList', () => {
    const metadata = { finalizers: ['x/a', 'x/b', 'x/c'] }
    const patch = { '$deleteFromPrimitiveList/finalizers': ['x/b'], finalizers: ['x/d'] }
    expect(podPatch({ metadata }, { metadata: patch })).toEqual({ metadata: { finalizers: ['x/d', 'x/a', 'x/c'] } })
  })

  it('orders by $setElementOrder', () => {
    const order = (...names: string[]) => names.map((name) => ({ name }))
    expect(specPatch(containers, { '$setElementOrder/containers': order('b', 'a') })).toEqual({ containers: [b, a] })
    const c = { name: 'c', image: 'c' }
    expect(specPatch(containers, { '$setElementOrder/containers': order('c', 'a'), containers: [c] })).toEqual({
      containers: [c, a, b],
    })
    const patch = { '$setElementOrder/finalizers': ['x/b', 'x/a'] }
    expect(podPatch({ metadata: { finalizers: ['x/a', 'x/b'] } }, { metadata: patch })).toEqual({
      metadata: { finalizers: ['x/b', 'x/a'] },
    })
  })

  it('keeps only $retainKeys', () => {
    const original = { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } } }
    const patch = { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } }
    expect(strategicMergePatch(original, patch, 'apps/v1', 'Deployment')).toEqual({
      spec: { strategy: { type: 'Recreate' } },
    })
    expect(
      specPatch(
        { volumes: [{ name: 'v', emptyDir: {} }] },
        { volumes: [{ $retainKeys: ['name', 'hostPath'], name: 'v', hostPath: { path: '/' } }] },
      ),
    ).toEqual({ volumes: [{ name: 'v', hostPath: { path: '/' } }] })
  })

  it.each<[patch: Json, message: string]>([
    [{ containers: [{ image: 'x' }] }, 'map: map[image:x] does not contain declared merge key: name'],
    [{ containers: [{ $patch: 'shuffle', name: 'a' }] }, 'unknown patch type: shuffle in map: map[$patch:shuffle name:a]'],
    [{ $patch: 'shuffle' }, 'unknown patch type'],
    [{ containers: ['a'] }, 'list element types are not identical'],
    [{ '$setElementOrder/containers': 1 }, 'invalid patch format of setElementOrder list'],
    [{ $deleteFromPrimitiveList: [1] }, 'invalid patch format of primitive list'],
    [{ affinity: { $retainKeys: 1 } }, 'invalid patch format of retainKeys'],
    [
      { '$setElementOrder/containers': [{ name: 'a' }], containers: [{ name: 'b', image: 'x' }] },
      "doesn't match $setElementOrder list",
    ],
  ])('%j cannot be applied', (patch, message) => {
    expect(() => specPatch({ ...containers, affinity: {} }, patch)).toThrow(message)
  })

  it('changes nothing in place', () => {
    const original = Object.freeze({ spec: Object.freeze({ containers: Object.freeze([Object.freeze(a)]) }) })
    const merged = podPatch(original as unknown as Json, { spec: { containers: [{ name: 'a', image: 'a:2' }] } })
    expect(merged).toEqual({ spec: { containers: [{ ...a, image: 'a:2' }] } })
  })
})

describe('a two-way patch', () => {
  const between = (original: Json, modified: Json) =>
    createTwoWayMergePatch({ spec: original }, { spec: modified }, 'v1', 'Pod')

  it.each<[what: string, original: Json, modified: Json, patch: Json]>([
    ['nothing', containers, containers, {}],
    [
      'an image',
      containers,
      { containers: [{ ...a, image: 'a:2' }, b] },
      {
        spec: {
          '$setElementOrder/containers': [{ name: 'a' }, { name: 'b' }],
          containers: [{ image: 'a:2', name: 'a' }],
        },
      },
    ],
    [
      'a container gone',
      containers,
      { containers: [b] },
      { spec: { '$setElementOrder/containers': [{ name: 'b' }], containers: [{ $patch: 'delete', name: 'a' }] } },
    ],
    [
      'a container more',
      { containers: [a] },
      containers,
      { spec: { '$setElementOrder/containers': [{ name: 'a' }, { name: 'b' }], containers: [b] } },
    ],
    ['a field gone', { nodeName: 'n', hostname: 'h' }, { hostname: 'h' }, { spec: { nodeName: null } }],
    [
      'a list without key',
      { tolerations: [] },
      { tolerations: [{ key: 'x' }] },
      { spec: { tolerations: [{ key: 'x' }] } },
    ],
  ])('%s', (_, original, modified, patch) => {
    expect(between(original, modified)).toEqual(patch)
    expect(specPatch(original, (patch['spec'] ?? {}) as Json)).toEqual(modified)
  })

  it('compares those of one key with their likes', () => {
    const dns = (name: string, protocol: string) => ({ name, containerPort: 53, protocol })
    const pod = (image: string) => ({ containers: [{ name: 'a', image, ports: [dns('dns', 'UDP'), dns('dns-tcp', 'TCP')] }] })
    expect(between(pod('a:1'), pod('a:2'))).toEqual({ spec: { '$setElementOrder/containers': [{ name: 'a' }], containers: [{ image: 'a:2', name: 'a' }] } })
  })

  it.each<[about: string, old: Json[], wanted: Json[], patch: Json[], becomes: Json[]]>([
    // Those of one key are compared from the last on: the port that is new is the one that is taken for changed.
    ['more of one key', [{ containerPort: 80, name: 'a', protocol: 'TCP' }], [{ containerPort: 80, name: 'b' }, { containerPort: 80, name: 'c', protocol: 'UDP' }],
      [{ name: 'c', protocol: 'UDP', containerPort: 80 }, { containerPort: 80, name: 'b' }], [{ containerPort: 80, name: 'b', protocol: 'UDP' }]],
    ['fewer of one key', [{ containerPort: 80, name: 'b' }, { containerPort: 80, name: 'c', protocol: 'UDP' }], [{ containerPort: 80, name: 'a' }],
      [{ name: 'a', protocol: null, containerPort: 80 }, { $patch: 'delete', containerPort: 80 }], [{ containerPort: 80, name: 'a' }]],
  ])('%s', (_about, old, wanted, patch, becomes) => {
    const pod = (ports: Json[]) => ({ containers: [{ name: 'a', ports }] })
    const found = between(pod(old), pod(wanted)) as { spec: { containers: { ports: Json[] }[] } }
    const keptTo = (ports: Json[]) => ports.map((port) => Object.fromEntries(Object.entries(port).filter(([key, value]) => value !== null || key === 'protocol')))
    expect(keptTo(found.spec.containers[0]!.ports)).toEqual(patch)
    expect(specPatch(pod(old), found.spec as unknown as Json)).toEqual({ spec: pod(becomes) }.spec)
  })

  it('of plain lists', () => {
    const meta = (...finalizers: string[]) => ({ metadata: { finalizers } })
    expect(createTwoWayMergePatch(meta('a', 'b'), meta('b', 'c'), 'v1', 'Pod')).toEqual({
      metadata: {
        '$deleteFromPrimitiveList/finalizers': ['a'],
        '$setElementOrder/finalizers': ['b', 'c'],
        finalizers: ['c'],
      },
    })
  })

  it('of another kind of volume or strategy names the keys that stay', () => {
    const volumes = (source: Json) => ({ spec: { volumes: [{ name: 'v', ...source }] } })
    expect(
      createTwoWayMergePatch(volumes({ emptyDir: {} }), volumes({ hostPath: { path: '/' } }), 'v1', 'Pod'),
    ).toEqual({
      spec: {
        '$setElementOrder/volumes': [{ name: 'v' }],
        volumes: [{ $retainKeys: ['hostPath', 'name'], emptyDir: null, hostPath: { path: '/' }, name: 'v' }],
      },
    })
    const rolling = { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } } }
    const recreate = { spec: { strategy: { type: 'Recreate' } } }
    expect(createTwoWayMergePatch(rolling, recreate, 'apps/v1', 'Deployment')).toEqual({
      spec: { strategy: { $retainKeys: ['type'], rollingUpdate: null, type: 'Recreate' } },
    })
  })
})

describe('a three-way patch, as of kubectl apply', () => {
  const patch = (original: Json, modified: Json, current: Json) =>
    createStrategicMergePatch(original, modified, current, 'apps/v1', 'Deployment')
  const template = (...list: Json[]) => ({ template: { spec: { containers: list } } })

  it('keeps what others have set', () => {
    const file = { spec: { ...template({ name: 'a', image: 'a:2' }) } }
    const last = { spec: { ...template({ name: 'a', image: 'a:1' }) } }
    const live = { spec: { replicas: 5, ...template({ name: 'a', image: 'a:1', imagePullPolicy: 'Always' }) } }
    expect(patch(last, file, live)).toEqual({
      spec: {
        template: {
          spec: { '$setElementOrder/containers': [{ name: 'a' }], containers: [{ image: 'a:2', name: 'a' }] },
        },
      },
    })
  })

  it('deletes what the file had and has no more', () => {
    const last = { spec: { replicas: 3, ...template({ name: 'a', image: 'a' }, { name: 'b', image: 'b' }) } }
    const file = { spec: { ...template({ name: 'a', image: 'a' }) } }
    const live = { spec: { replicas: 3, ...template({ name: 'a', image: 'a' }, { name: 'b', image: 'b' }) } }
    const result = patch(last, file, live)
    expect(result).toEqual({
      spec: {
        replicas: null,
        template: {
          spec: {
            '$setElementOrder/containers': [{ name: 'a' }],
            containers: [{ $patch: 'delete', name: 'b' }],
          },
        },
      },
    })
    expect(strategicMergePatch(live, result, 'apps/v1', 'Deployment')).toEqual(file)
  })

  it('says in which order a list is when it changes something in it only', () => {
    const list = (...env: string[]) => ({ spec: template({ name: 'a', ...(env.length > 0 && { env: env.map((name) => ({ name, value: name })) }) }) })
    expect(patch(list('A', 'B'), list('B', 'A', 'A'), list())).toEqual({
      spec: { template: { spec: { '$setElementOrder/containers': [{ name: 'a' }], containers: [{ name: 'a', env: list('B', 'A', 'A').spec.template.spec.containers[0]!['env'] }] } } },
    })
  })

  it('puts back what others have changed', () => {
    const file = { spec: { replicas: 3 } }
    expect(patch(file, file, { spec: { replicas: 5 } })).toEqual({ spec: { replicas: 3 } })
    expect(patch(file, file, { spec: { replicas: 3, paused: true } })).toEqual({})
  })
})
