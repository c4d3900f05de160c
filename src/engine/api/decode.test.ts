import { describe, expect, it } from 'vitest'
import '../kinds.ts'
import { decode, type FieldValidation } from './decode.ts'
import { deployment, object, pod, podWith } from './testdata/objects.ts'
import { findKind } from './resources.ts'
import type { KubeObject } from './types.ts'

type Fields = Record<string, any>

const podKind = { group: '', version: 'v1', kind: 'Pod' }

function refusal(body: unknown, wanted = podKind, validation: FieldValidation = 'Strict'): string {
  const result = decode(wanted, body, validation)
  return 'status' in result ? result.status.message! : 'accepted'
}

function decoded(body: Fields, validation: FieldValidation = 'Strict'): KubeObject {
  const result = decode(findKind(body['apiVersion'], body['kind']) ?? podKind, body, validation)
  if ('status' in result) throw new Error(result.status.message)
  return result.object
}

const inPod = 'Pod in version "v1" cannot be handled as a Pod: '

describe('unknown fields', () => {
  const typo = pod({ containers: [{ name: 'c', image: 'nginx', imagee: 'x' }], retartPolicy: 'Never' }, { lables: {} })

  it('are all named, with their path, in strict mode', () => {
    expect(refusal(typo)).toBe(
      `${inPod}strict decoding error: unknown field "metadata.lables", unknown field "spec.containers[0].imagee", unknown field "spec.retartPolicy"`,
    )
  })

  it('are dropped and become warnings otherwise', () => {
    expect(decode(podKind, typo, 'Warn')).toMatchObject({
      warnings: [
        'unknown field "metadata.lables"',
        'unknown field "spec.containers[0].imagee"',
        'unknown field "spec.retartPolicy"',
      ],
      object: { spec: { containers: [{ name: 'c', image: 'nginx' }] } },
    })
    expect(decode(podKind, typo, 'Ignore')).toMatchObject({ warnings: [] })
    expect(decoded(typo, 'Ignore')['spec']).not.toHaveProperty('retartPolicy')
  })

  it('may stand anywhere', () => {
    expect(refusal({ ...pod(), specs: {} })).toBe(`${inPod}strict decoding error: unknown field "specs"`)
    expect(
      refusal(deployment({}, { volumes: [{ name: 'v', configmap: {} }] }), findKind('apps/v1', 'Deployment')),
    ).toBe(
      'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.template.spec.volumes[0].configmap"',
    )
    expect(refusal(podWith({ env: [{ name: 'A', vale: 'x' }] }))).toBe(
      `${inPod}strict decoding error: unknown field "spec.containers[0].env[0].vale"`,
    )
    // Fields that are newer than the server are unknown to it.
    expect(refusal(pod({ workloadRef: {} }))).toBe(`${inPod}strict decoding error: unknown field "spec.workloadRef"`)
  })

  it('are not looked for in what has no schema', () => {
    const revision = object('apps/v1/ControllerRevision', { revision: 1, data: { spec: { foo: null } } })
    expect(decoded(revision)['data']).toEqual({ spec: { foo: null } })
  })
})

describe('values of the wrong type', () => {
  const cannot = `${inPod}json: cannot unmarshal `
  it.each<[body: Fields, message: string]>([
    [pod({ containers: 'c' }), 'string into Go struct field PodSpec.spec.containers of type []v1.Container'],
    [pod({ containers: {} }), 'object into Go struct field PodSpec.spec.containers of type []v1.Container'],
    [pod({ nodeSelector: [] }), 'array into Go struct field PodSpec.spec.nodeSelector of type map[string]string'],
    [pod({ nodeSelector: { ssd: true } }), 'bool into Go struct field PodSpec.spec.nodeSelector of type string'],
    [pod({ restartPolicy: 3 }), 'number into Go struct field PodSpec.spec.restartPolicy of type v1.RestartPolicy'],
    [pod({ hostNetwork: 'yes' }), 'string into Go struct field PodSpec.spec.hostNetwork of type bool'],
    [
      pod({ terminationGracePeriodSeconds: '30' }),
      'string into Go struct field PodSpec.spec.terminationGracePeriodSeconds of type int64',
    ],
    [pod({}, { labels: { tier: 1 } }), 'number into Go struct field ObjectMeta.metadata.labels of type string'],
    [
      podWith({ env: [{ name: 'PORT', value: 80 }] }),
      'number into Go struct field EnvVar.spec.containers.env.value of type string',
    ],
    [
      podWith({ ports: ['80'] }),
      'string into Go struct field Container.spec.containers.ports of type v1.ContainerPort',
    ],
    [
      podWith({ ports: [{ containerPort: '80' }] }),
      'string into Go struct field ContainerPort.spec.containers.ports.containerPort of type int32',
    ],
    [
      podWith({ ports: [{ containerPort: 80.5 }] }),
      'number 80.5 into Go struct field ContainerPort.spec.containers.ports.containerPort of type int32',
    ],
    [
      podWith({ ports: [{ containerPort: 3_000_000_000 }] }),
      'number 3000000000 into Go struct field ContainerPort.spec.containers.ports.containerPort of type int32',
    ],
    [podWith({ args: 'serve' }), 'string into Go struct field Container.spec.containers.args of type []string'],
    [podWith({ args: ['-p', 80] }), 'number into Go struct field Container.spec.containers.args of type string'],
  ])('%#: %j', (body, message) => {
    expect(refusal(body)).toBe(cannot + message)
    expect(refusal(body, podKind, 'Ignore')).toBe(cannot + message)
  })

  it('win over unknown fields', () => {
    expect(refusal(pod({ hostNetwork: 1, foo: 2 }))).toBe(
      `${cannot}number into Go struct field PodSpec.spec.hostNetwork of type bool`,
    )
  })

  it('stop quantities and times where they are', () => {
    expect(refusal(podWith({ resources: { limits: { cpu: '1KB' } } }))).toBe(
      `${inPod}quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'`,
    )
    expect(refusal(podWith({ resources: { limits: { memory: '1K' } } }))).toBe(
      `${inPod}unable to parse quantity's suffix`,
    )
    expect(refusal(pod({}, { creationTimestamp: 'yesterday' }))).toBe(
      `${inPod}parsing time "yesterday" as "2006-01-02T15:04:05Z07:00": cannot parse "yesterday" as "2006"`,
    )
  })

  it('name the byte where base64 ends', () => {
    const secret = (value: string) => object('v1/Secret', { data: { password: value } })
    const at = (value: string) => refusal(secret(value), findKind('v1', 'Secret')).replace(/^.*input byte /, '')
    expect(refusal(secret('hello!'), findKind('v1', 'Secret'))).toBe(
      'Secret in version "v1" cannot be handled as a Secret: illegal base64 data at input byte 5',
    )
    expect([at('abc'), at('YQ='), at('a-b='), at('YQ==YQ==')]).toEqual(['0', '3', '1', '4'])
    expect(decoded(secret('aGVs\nbG8='))['data']).toEqual({ password: 'aGVsbG8=' })
  })
})

describe('apiVersion and kind', () => {
  it('of the request are taken when the body has none', () => {
    expect(decode(podKind, { metadata: { name: 'p' } })).toMatchObject({ object: { apiVersion: 'v1', kind: 'Pod' } })
  })

  it.each<[body: unknown, message: string]>([
    [
      { apiVersion: 'v1', kind: 'Foo' },
      'Foo in version "v1" cannot be handled as a Pod: no kind "Foo" is registered for version "v1" in scheme "pkg/api/legacyscheme/scheme.go:30"',
    ],
    [
      { apiVersion: 'v2', kind: 'Pod' },
      'Pod in version "v2" cannot be handled as a Pod: no kind "Pod" is registered for version "v2" in scheme "pkg/api/legacyscheme/scheme.go:30"',
    ],
    [
      { apiVersion: 'v1', kind: 'ConfigMap' },
      'ConfigMap in version "v1" cannot be handled as a Pod: converting (v1.ConfigMap) to (core.Pod): unknown conversion',
    ],
    [
      { apiVersion: 'apps/v1', kind: 'Deployment' },
      'Deployment in version "v1" cannot be handled as a Pod: converting (v1.Deployment) to (core.Pod): unknown conversion',
    ],
    [
      { kind: 1 },
      `the object provided is unrecognized (must be of type Pod): couldn't get version/kind; json parse error: json: cannot unmarshal number into Go struct field .kind of type string ({"kind":1})`,
    ],
  ])('%j', (body, message) => {
    expect(refusal(body)).toBe(message)
  })

  it.each([null, [], 'text', 1, true])('%j is no object', (body) => {
    expect(refusal(body)).toMatch(
      /^the object provided is unrecognized \(must be of type Pod\): couldn't get version\/kind; json parse error: /,
    )
  })
})

describe('what is kept', () => {
  it('leaves out what Go leaves out, and writes what Go always writes', () => {
    const given = podWith(
      { env: [], command: null, stdin: false, workingDir: '', volumeMounts: [] },
      { hostNetwork: false },
    )
    const { containers, hostNetwork } = decoded(given)['spec']
    expect(containers).toEqual([{ name: 'c', image: 'nginx', resources: {} }])
    expect(hostNetwork).toBeUndefined()
    expect(decoded({ apiVersion: 'v1', kind: 'Pod', spec: {} })['spec']).toEqual({ containers: null })
    expect(decoded(object('rbac.authorization.k8s.io/v1/Role', { rules: [] }))['rules']).toBeNull()
    // Of few lists none is something else than nothing.
    const scaler = object('autoscaling/v2/HorizontalPodAutoscaler', { spec: { metrics: [], behavior: { scaleDown: { policies: [] } } } })
    expect(decoded(scaler)['spec']).toMatchObject({ behavior: { scaleDown: { policies: [] } } })
    expect(decoded(scaler)['spec']).not.toHaveProperty('metrics')
  })

  it('keeps pointers to zero', () => {
    expect(decoded(pod({ terminationGracePeriodSeconds: 0 }))['spec']).toMatchObject({
      terminationGracePeriodSeconds: 0,
    })
    expect(decoded(deployment({ replicas: 0 }))['spec']).toMatchObject({ replicas: 0 })
    expect(decoded(pod({ enableServiceLinks: false }))['spec']).toMatchObject({ enableServiceLinks: false })
  })

  it('writes quantities and times as the server does', () => {
    const limits = { cpu: '1000m', memory: 1024, 'example.com/reels': '2000m' }
    expect(decoded(podWith({ resources: { limits } }))['spec'].containers[0].resources.limits).toEqual({
      cpu: '1',
      memory: '1024',
      'example.com/reels': '2',
    })
    const times = { creationTimestamp: '2026-01-01T02:00:00.5+02:00' }
    expect(decoded(pod({}, times)).metadata.creationTimestamp).toBe('2026-01-01T00:00:00Z')
    expect(
      decoded(object('coordination.k8s.io/v1/Lease', { spec: { renewTime: '2026-01-01T00:00:00.500001Z' } }))['spec'],
    ).toEqual({ renewTime: '2026-01-01T00:00:00.500001Z' })
  })

  it('never changes what it is given', () => {
    const body = Object.freeze(podWith(Object.freeze({ env: Object.freeze([{ name: 'A', value: '' }]) })))
    expect(decoded(body)['spec'].containers[0].env).toEqual([{ name: 'A' }])
  })
})

describe('hostile bodies', () => {
  const parse = (text: string): Fields => JSON.parse(text) as Fields

  it('cannot reach what every object inherits', () => {
    expect(refusal(parse('{"metadata":{"labels":{"__proto__":"x"}}}'))).toBe(
      `${inPod}the key "__proto__" is not supported`,
    )
    expect(refusal(parse('{"__proto__":{"polluted":true},"spec":{"__proto__":{"polluted":true}}}'))).toBe(
      `${inPod}strict decoding error: unknown field "__proto__", unknown field "spec.__proto__"`,
    )
    expect(refusal(parse('{"metadata":{"labels":{"constructor":"x","toString":"y"}}}'))).toBe('accepted')
    expect(refusal(parse('{"constructor":1,"spec":{"hasOwnProperty":1}}'))).toBe(
      `${inPod}strict decoding error: unknown field "constructor", unknown field "spec.hasOwnProperty"`,
    )
    expect(({} as Fields)['polluted']).toBeUndefined()
  })

  it('are bounded in size', () => {
    const data = { text: 'x'.repeat(3 * 1024 * 1024 + 1) }
    const result = decode({ group: '', version: 'v1', kind: 'ConfigMap' }, object('v1/ConfigMap', { data }))
    expect(result).toMatchObject({ status: { code: 413, reason: 'RequestEntityTooLarge' } })
  })

  it('are bounded in depth', () => {
    let deep: unknown = 1
    for (let i = 0; i < 100_000; i++) deep = [deep]
    const revision = object('apps/v1/ControllerRevision', { revision: 1, data: deep })
    expect(refusal(revision, findKind('apps/v1', 'ControllerRevision'))).toMatch(/exceeded max depth$/)
    expect(refusal(pod({ containers: deep }))).toMatch(/cannot unmarshal array/)
  })
})
