import { describe, expect, it } from 'vitest'
import '../../kinds.ts'
import { applyDefaults } from '../defaults/defaults.ts'
import { findKind } from '../resources.ts'
import { made } from '../testdata/objects.ts'
import type { KubeObject, Status } from '../types.ts'
import { applyConfiguration } from './apply.ts'
import { paths, type FieldSet } from './fieldSet.ts'
import { trackUpdate } from './track.ts'

type Fields = Record<string, any>

const info = findKind('apps/v1', 'Deployment')!

const template = (...containers: Fields[]): Fields => ({ metadata: { labels: { app: 'own' } }, spec: { containers } })
const app = { name: 'app', image: 'nginx:1.27' }
const config = (spec: Fields = {}, metadata: Fields = {}): Fields => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'own', namespace: 'default', ...metadata },
  spec: { selector: { matchLabels: { app: 'own' } }, template: template(app), ...spec },
})

function apply(live: KubeObject | undefined, body: Fields, manager = 'kubectl', force = false, now = 0) {
  const result = applyConfiguration(live, body, info, { manager, force, now })
  return 'status' in result ? result : { object: applyDefaults(result.object) }
}

function applied(live: KubeObject | undefined, body: Fields, manager = 'kubectl', force = false, now = 0): KubeObject {
  const result = apply(live, body, manager, force, now)
  if ('status' in result) throw new Error(result.status.message)
  return result.object
}

function refused(live: KubeObject | undefined, body: Fields, manager = 'kubectl'): Status {
  const result = apply(live, body, manager)
  if (!('status' in result)) throw new Error('applied')
  return result.status
}

const updated = (live: KubeObject, spec: Fields, manager: string, subresource?: string, now = 0): KubeObject =>
  trackUpdate({ ...live, spec: { ...live['spec'], ...spec } }, live, { manager, subresource, now })

const entries = (object: KubeObject): Fields[] => (object.metadata.managedFields ?? []) as Fields[]
const managers = (object: KubeObject): string[] => entries(object).map((entry) => entry['manager'] as string)
const fieldsOf = (object: KubeObject, manager: string): string[] =>
  entries(object)
    .filter((entry) => entry['manager'] === manager)
    .flatMap((entry) => paths(entry['fieldsV1'] as FieldSet))

describe('server-side apply', () => {
  const first = applied(undefined, config({ replicas: 1 }))

  it('creates, and owns what was said and not what was filled in', () => {
    expect(first).toMatchObject({
      spec: { replicas: 1, progressDeadlineSeconds: 600, template: { spec: { containers: [app] } } },
    })
    expect(entries(first)).toEqual([
      {
        manager: 'kubectl',
        operation: 'Apply',
        apiVersion: 'apps/v1',
        time: '1970-01-01T00:00:00Z',
        fieldsType: 'FieldsV1',
        fieldsV1: {
          'f:spec': {
            'f:replicas': {},
            'f:selector': {},
            'f:template': {
              'f:metadata': { 'f:labels': { 'f:app': {} } },
              'f:spec': { 'f:containers': { 'k:{"name":"app"}': { '.': {}, 'f:image': {}, 'f:name': {} } } },
            },
          },
        },
      },
    ])
  })

  it('is refused where it would change what others own, unless it is forced', () => {
    const scaled = updated(first, { replicas: 2 }, 'kubectl', 'scale', 2000)
    expect(fieldsOf(scaled, 'kubectl')).toContain('.spec.replicas')
    const wanted = config({ replicas: 3 })
    expect(refused(scaled, wanted, 'other')).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message:
        'Apply failed with 1 conflict: conflict with "kubectl" with subresource "scale" using apps/v1: .spec.replicas',
      reason: 'Conflict',
      details: {
        causes: [
          {
            reason: 'FieldManagerConflict',
            message: 'conflict with "kubectl" with subresource "scale" using apps/v1',
            field: '.spec.replicas',
          },
        ],
      },
      code: 409,
    })
    const forced = applied(scaled, wanted, 'other', true, 4000)
    expect(forced['spec'].replicas).toBe(3)
    expect(entries(forced).map(({ manager, subresource, operation }) => [manager, operation, subresource])).toEqual([
      ['kubectl', 'Apply', undefined],
      ['other', 'Apply', undefined],
    ])
  })

  it('names all conflicts by manager', () => {
    const other = config({ replicas: 3, template: template({ ...app, image: 'nginx:1.28' }) })
    const live = updated(first, { paused: true, minReadySeconds: 3 }, 'kubectl-edit')
    const wanted = { ...other, spec: { ...other['spec'], minReadySeconds: 4 } }
    expect(refused(live, wanted, 'other').message).toBe(
      [
        'Apply failed with 3 conflicts: conflicts with "kubectl":',
        '- .spec.replicas',
        '- .spec.template.spec.containers[name="app"].image',
        'conflicts with "kubectl-edit" using apps/v1:',
        '- .spec.minReadySeconds',
      ].join('\n'),
    )
  })

  it('shares fields that are applied with the same value', () => {
    const both = applied(first, config({ replicas: 1 }), 'other', false, 7000)
    expect(managers(both)).toEqual(['other', 'kubectl']) // It has changed nothing at any time.
    expect(fieldsOf(both, 'other')).toEqual(fieldsOf(both, 'kubectl'))
    const without = applied(both, config(), 'kubectl', false, 8000)
    expect(without['spec'].replicas).toBe(1)
    expect(fieldsOf(without, 'kubectl')).not.toContain('.spec.replicas')
  })

  it('takes away what it said before and says no more', () => {
    const extra = { name: 'extra', image: 'busybox', env: [{ name: 'A', value: '1' }] }
    const two = applied(undefined, config({ replicas: 3, template: template(app, extra) }, { labels: { a: 'b' } }))
    const one = applied(two, config())
    expect(one['spec'].template.spec.containers.map(({ name }: Fields) => name as string)).toEqual(['app'])
    expect(one['spec'].replicas).toBe(1) // The default again.
    expect(one.metadata).not.toHaveProperty('labels')
    expect(one.metadata.name).toBe('own')
  })

  it('leaves what others have added', () => {
    const sidecar = { name: 'sidecar', image: 'proxy' }
    const spec = first['spec'].template.spec
    const injected = updated(
      first,
      { template: { ...first['spec'].template, spec: { ...spec, containers: [...spec.containers, sidecar] } } },
      'injector',
    )
    const again = applied(injected, config({ template: template({ ...app, image: 'nginx:1.28' }) }))
    expect(again['spec'].template.spec.containers.map(({ image }: Fields) => image as string)).toEqual([
      'nginx:1.28',
      'proxy',
    ])
    expect(fieldsOf(again, 'injector')).toContain('.spec.template.spec.containers[name="sidecar"]')
  })

  it('changes nothing when it says nothing new', () => {
    const again = applied(first, config({ replicas: 1 }), 'kubectl', false, 9000)
    expect(again).toEqual(first)
  })

  it('puts lists in the order of the configuration', () => {
    const list = (...names: string[]) => names.map((name) => ({ name, image: name }))
    const order = (live: string[], wanted: string[]) => {
      const before = applied(undefined, config({ template: template(...list(...live)) }), 'x')
      const after = applied(before, config({ template: template(...list(...wanted)) }), 'y')
      return (after['spec'].template.spec.containers as Fields[]).map(({ name }) => name as string).join('')
    }
    expect(order(['a', 'b', 'c'], ['c', 'a'])).toBe('bca')
    expect(order(['a', 'b'], ['c', 'b'])).toBe('acb')
    expect(order(['a', 'b'], ['a', 'c', 'b'])).toBe('acb')
    expect(order(['a'], ['b', 'a'])).toBe('ba')
  })

  it('knows what client-side apply has set', () => {
    const file = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'own' },
      spec: config()['spec'] as Fields,
    }
    const annotation = 'kubectl.kubernetes.io/last-applied-configuration'
    const metadata = { annotations: { [annotation]: JSON.stringify(file) } }
    const live = trackUpdate(made(config({}, metadata)), undefined, { manager: 'kubectl-client-side-apply', now: 0 })
    const wanted = config({ template: template({ ...app, image: 'nginx:1.28' }) })
    expect(refused(live, wanted, 'other').message).toContain('conflict with "kubectl-client-side-apply" using apps/v1')
    const taken = applied(live, wanted)
    expect(taken['spec'].template.spec.containers[0].image).toBe('nginx:1.28')
    expect(JSON.parse(taken.metadata.annotations![annotation]!)).toEqual(wanted)
    const scaled = updated(live, { replicas: 5 }, 'kubectl', 'scale')
    expect(refused(scaled, config({ replicas: 2 })).message).toBe(
      'Apply failed with 1 conflict: conflict with "kubectl" with subresource "scale" using apps/v1: .spec.replicas',
    )
  })

  it('gives what nobody was known to own to before-first-apply', () => {
    const untracked = made(config({ replicas: 4 }))
    const taken = applied(untracked, config())
    expect(managers(taken)).toEqual(['kubectl', 'before-first-apply'])
    expect(refused(untracked, config({ replicas: 2 })).message).toBe(
      'Apply failed with 1 conflict: conflict with "before-first-apply" using apps/v1: .spec.replicas',
    )
  })
})

describe('what cannot be applied', () => {
  const typed = 'failed to create typed patch object (default/own; apps/v1, Kind=Deployment): '

  it.each<[spec: Fields, message: string]>([
    [{ replicaz: 1 }, '.spec.replicaz: field not declared in schema'],
    [{ replicas: '1' }, '.spec.replicas: expected numeric (int or float), got string'],
    [{ paused: 1 }, '.spec.paused: expected boolean, got &{1}'],
    [{ template: [] }, '.spec.template: expected map, got &{[]}'],
    [
      { template: { metadata: { labels: { app: 1 } } } },
      '.spec.template.metadata.labels.app: expected string, got &value.valueUnstructured{Value:1}',
    ],
    [{ template: { spec: { containers: {} } } }, '.spec.template.spec.containers: expected list, got &{map[]}'],
    [
      { template: { spec: { containers: [{ image: 'x' }] } } },
      '.spec.template.spec.containers: element 0: associative list with keys has an element that omits key field "name" (and doesn\'t have default value)',
    ],
    [
      { template: { spec: { containers: [app, app] } } },
      '.spec.template.spec.containers: duplicate entries for key [name="app"]',
    ],
    [
      { template: { spec: { containers: [{ ...app, ports: [{ containerPort: 80, prot: 'TCP' }] }] } } },
      '.spec.template.spec.containers[name="app"].ports[containerPort=80,protocol="TCP"].prot: field not declared in schema',
    ],
    [
      { template: { spec: { tolerations: [{ keys: 'x' }], hostNetwork: 'yes' } } },
      'errors:\n  .spec.template.spec.tolerations[0].keys: field not declared in schema\n  .spec.template.spec.hostNetwork: expected boolean, got &{yes}',
    ],
  ])('%j', (spec, message) => {
    expect(refused(undefined, config(spec))).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: typed + message,
      code: 500,
    })
  })

  it.each<[body: unknown, message: string]>([
    [{ ...config(), apiVersion: 'v1' }, 'invalid object type: /v1, Kind=Deployment'],
    [{ ...config(), kind: 'Pod' }, 'invalid object type: apps/v1, Kind=Pod'],
    [config({}, { managedFields: [] }), 'metadata.managedFields must be nil'],
    [[], 'error decoding YAML: the patch is not an object'],
    [JSON.parse('{"spec":{"__proto__":1}}'), 'the key "__proto__" is not supported'],
  ])('%j', (body, message) => {
    expect(refused(undefined, body as Fields)).toMatchObject({ code: 400, reason: 'BadRequest', message })
  })

  it('is a value that no object can have', () => {
    const containers = [{ ...app, resources: { limits: { cpu: 'lots' } } }]
    expect(refused(undefined, config({ template: template(...containers) })).code).toBe(400)
  })
})
