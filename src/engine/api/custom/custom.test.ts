import { describe, expect, test } from 'vitest'
import { createCluster, type Cluster } from '../../index.ts'
import { kubectl } from '../../../kubectl/index.ts'
import type { KubeObject, Status } from '../types.ts'
import type { Schema } from './kind.ts'
import { findAll, withValue } from './jsonPath.ts'
import { validateValue } from './validate.ts'
import { formatFieldError } from '../field.ts'

const cartSchema: Schema = {
  type: 'object',
  required: ['spec'],
  properties: {
    spec: {
      type: 'object',
      required: ['owner'],
      properties: {
        owner: { type: 'string', minLength: 2 },
        wheels: { type: 'integer', minimum: 2, maximum: 8, default: 4 },
        color: { type: 'string', enum: ['red', 'blue'] },
        goods: { type: 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'], items: { type: 'object', required: ['name'], properties: { name: { type: 'string' }, count: { type: 'integer', default: 1 } } } },
        notes: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        sizes: { type: 'object', additionalProperties: { type: 'number' } },
      },
    },
    status: { type: 'object', properties: { wheels: { type: 'integer' }, ready: { type: 'boolean' }, conditions: { type: 'array', items: { type: 'object', properties: { type: { type: 'string' }, status: { type: 'string' } } } } } },
  },
}

const definition = (more: object = {}, version: object = {}): object => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'carts.shop.example' },
  spec: {
    group: 'shop.example', scope: 'Namespaced', names: { plural: 'carts', kind: 'Cart', shortNames: ['ca'] },
    versions: [{
      name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: cartSchema },
      subresources: { status: {}, scale: { specReplicasPath: '.spec.wheels', statusReplicasPath: '.status.wheels' } },
      additionalPrinterColumns: [{ name: 'Owner', type: 'string', jsonPath: '.spec.owner' }, { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' }, { name: 'Wheels', type: 'integer', jsonPath: '.spec.wheels', priority: 1 }],
      selectableFields: [{ jsonPath: '.spec.color' }],
      ...version,
    }],
    ...more,
  },
})

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
const carts = '/apis/shop.example/v1/namespaces/default/carts'

const cart = (name: string, spec: object = {}): object => ({ apiVersion: 'shop.example/v1', kind: 'Cart', metadata: { name }, spec: { owner: 'jo', ...spec } })

function shop(): Cluster {
  const cluster = createCluster({ nodes: 1, latency: 'zero' })
  expect(cluster.request({ verb: 'POST', path: definitions, body: definition() }).code).toBe(201)
  cluster.run({ for: '1s' })
  return cluster
}

const post = (cluster: Cluster, body: object, query = '') => cluster.request({ verb: 'POST', path: `${carts}${query}`, body })
const say = (cluster: Cluster, line: string, files: Record<string, string> = {}) => kubectl(cluster, line, { files })

describe('a definition', () => {
  test('is accepted, then served', () => {
    const cluster = shop()
    const { status } = cluster.world().get('CustomResourceDefinition', 'carts.shop.example')!
    expect(status.conditions.map(({ type, status: is, reason }: Record<string, string>) => [type, is, reason])).toEqual([['NamesAccepted', 'True', 'NoConflicts'], ['Established', 'True', 'InitialNamesAccepted']])
    expect(status).toMatchObject({ storedVersions: ['v1'], acceptedNames: { plural: 'carts', singular: 'cart', kind: 'Cart', listKind: 'CartList', shortNames: ['ca'] } })
    expect(say(cluster, 'api-resources --api-group=shop.example --no-headers').stdout).toBe('carts   ca    shop.example/v1   true   Cart\n')
    expect(say(cluster, 'api-versions').stdout).toContain('shop.example/v1\n')
  })

  test('whose names another has is not', () => {
    const cluster = shop()
    cluster.request({ verb: 'POST', path: definitions, body: { ...definition({ names: { plural: 'trolleys', kind: 'Cart' } }), metadata: { name: 'trolleys.shop.example' } } })
    cluster.run({ for: '1s' })
    const { status } = cluster.world().get('CustomResourceDefinition', 'trolleys.shop.example')!
    expect(status.conditions).toMatchObject([{ type: 'NamesAccepted', status: 'False', reason: 'ListKindConflict', message: '"CartList" is already in use' }, { type: 'Established', status: 'False', reason: 'NotAccepted' }])
  })

  test('brings nothing before it is there, and takes its objects with it', () => {
    const cluster = createCluster({ nodes: 1, latency: 'zero' })
    expect(cluster.request({ verb: 'GET', path: carts })).toMatchObject({ code: 404, body: { message: 'the server could not find the requested resource' } })
    cluster.request({ verb: 'POST', path: definitions, body: definition() })
    cluster.run({ for: '1s' })
    const then = cluster.revision
    post(cluster, cart('a'))
    expect(cluster.request({ verb: 'DELETE', path: `${definitions}/carts.shop.example` }).code).toBe(200)
    expect(cluster.world().get('CustomResourceDefinition', 'carts.shop.example')!.metadata.finalizers).toEqual(['customresourcecleanup.apiextensions.k8s.io'])
    cluster.run({ for: '10s' })
    expect(cluster.world().get('CustomResourceDefinition', 'carts.shop.example')).toBeUndefined()
    expect(cluster.etcd.range('carts.shop.example/')).toEqual([])
    expect(cluster.request({ verb: 'GET', path: carts }).code).toBe(404)
    // At a past moment it is there.
    expect(cluster.at(then).request({ verb: 'GET', path: carts })).toMatchObject({ code: 200, body: { kind: 'CartList', items: [] } })
  })

  test('waits for an object that is held by a finalizer, and takes no new ones meanwhile', () => {
    const cluster = shop()
    post(cluster, { ...cart('a'), metadata: { name: 'a', finalizers: ['shop.example/hold'] } })
    cluster.request({ verb: 'DELETE', path: `${definitions}/carts.shop.example` })
    cluster.run({ for: '20s' })
    expect(cluster.world().get('CustomResourceDefinition', 'carts.shop.example')!['status'].conditions.at(-1)).toMatchObject({ type: 'Terminating', status: 'True', reason: 'InstanceDeletionInProgress' })
    expect(post(cluster, cart('b'))).toMatchObject({ code: 405, body: { message: 'create not allowed while custom resource definition is terminating' } })
    cluster.request({ verb: 'PATCH', path: `${carts}/a`, contentType: 'application/merge-patch+json', body: { metadata: { finalizers: null } } })
    cluster.run({ for: '10s' })
    expect(cluster.world().get('CustomResourceDefinition', 'carts.shop.example')).toBeUndefined()
  })

  const refusals: [string, object, string][] = [
    ['another name', { ...definition(), metadata: { name: 'x.y' } }, 'metadata.name: Invalid value: "x.y": must be spec.names.plural+"."+spec.group'],
    ['no schema', definition({}, { schema: undefined }), 'spec.versions[0].schema.openAPIV3Schema: Required value: schemas are required'],
    ['a root that is no object', definition({}, { schema: { openAPIV3Schema: { type: 'string' } } }), 'spec.validation.openAPIV3Schema.type: Invalid value: "string": must be object at the root'],
    ['a field without a type', definition({}, { schema: { openAPIV3Schema: { type: 'object', properties: { spec: {} } } } }), 'spec.validation.openAPIV3Schema.properties[spec].type: Required value: must not be empty for specified object fields'],
    ['a default of another type', definition({}, { schema: { openAPIV3Schema: { type: 'object', properties: { n: { type: 'integer', default: 'x' } } } } }), 'spec.validation.openAPIV3Schema.properties[n].default: Invalid value: "string": spec.validation.openAPIV3Schema.properties[n].default in body must be of type integer: "string"'],
    ['a column that leads nowhere', definition({}, { additionalPrinterColumns: [{ name: 'A', type: 'string', format: 'text', jsonPath: 'a' }] }), 'spec.additionalPrinterColumns[0].format: Invalid value: "text": must be one of byte,date,date-time,double,float,int32,int64,password, spec.additionalPrinterColumns[0].JSONPath: Invalid value: "a": must be a simple json path starting with .'],
    ['a kind that is no name', definition({ names: { plural: 'carts', kind: 'My_Cart' } }), 'spec.names.kind: Invalid value: "My_Cart": may have mixed case, but should otherwise match: a DNS-1035 label must consist of'],
    ['a field to select by that is a list', definition({}, { selectableFields: [{ jsonPath: '.spec.goods' }, { jsonPath: '.metadata.name' }, { jsonPath: '.nothing' }] }), 'spec.selectableFields[0].jsonPath: Invalid value: ".spec.goods": must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed., spec.selectableFields[1].jsonPath: Invalid value: ".metadata.name": is an invalid path: does not refer to a valid field, spec.selectableFields[2].jsonPath: Invalid value: ".nothing": is an invalid path: does not refer to a valid field'],
    ['a warning of what is not deprecated', definition({}, { deprecationWarning: 'old' }), 'spec.versions[0].deprecationWarning: Invalid value: "old": can only be set for deprecated versions'],
    ['a converter that is nowhere', definition({ conversion: { strategy: 'Webhook', webhook: { conversionReviewVersions: ['v1'], clientConfig: { url: 'http://a' } } } }), "spec.conversion.webhookClientConfig.url: Invalid value: \"http\": 'https' is the only allowed URL scheme; desired format: https://host[/path]"],
    ['a column of no type', definition({}, { additionalPrinterColumns: [{ name: 'A', type: 'text', jsonPath: '.a' }] }), 'spec.additionalPrinterColumns[0].type: Invalid value: "text": must be one of boolean,date,integer,number,string'],
    ['a group of Kubernetes’ own', { ...definition({ group: 'shop.k8s.io' }), metadata: { name: 'carts.shop.k8s.io' } }, 'metadata.annotations[api-approved.kubernetes.io]: Required value: protected groups must have approval annotation "api-approved.kubernetes.io", see https://github.com/kubernetes/enhancements/pull/1111'],
  ]
  test.each(refusals)('is refused with %s', (_, body, message) => {
    const answer = createCluster({ nodes: 1, latency: 'zero' }).request({ verb: 'POST', path: definitions, body })
    expect([answer.code, (answer.body as Status).message]).toEqual([422, expect.stringContaining(message)])
  })

  test('keeps its scope once it is served', () => {
    const answer = shop().request({ verb: 'PATCH', path: `${definitions}/carts.shop.example`, contentType: 'application/merge-patch+json', body: { spec: { scope: 'Cluster' } } })
    expect((answer.body as Status).message).toContain('spec.scope: Invalid value: "Cluster": field is immutable')
  })
})

describe('a schema', () => {
  const top = 'spec.validation.openAPIV3Schema'
  const spec = (schema: object): object => ({ type: 'object', properties: { spec: schema } })
  const text = { type: 'string' }
  test.each<[about: string, schema: object, ...messages: string[]]>([
    ['is closed by nothing at its root', { type: 'object', additionalProperties: text }, `${top}.additionalProperties: Forbidden: must not be used at the root`],
    ['is there, whatever is null', { type: 'object', nullable: true }, `${top}.nullable: Forbidden: nullable cannot be true at the root`],
    ['says what is in a list', spec({ type: 'array' }), `${top}.properties[spec].items: Required value: must be specified`],
    ['says types once', spec({ type: 'object', properties: { a: text }, anyOf: [{ properties: { a: { type: 'string', pattern: '^a' } } }] }), `${top}.properties[spec].anyOf[0].properties[a].type: Forbidden: must be empty to be structural`],
    ['judges what it knows', spec({ type: 'object', properties: { a: text }, oneOf: [{ required: ['b'], properties: { b: {} } }] }), `${top}.properties[spec].properties[b]: Required value: because it is defined in ${top}.properties[spec].oneOf[0].properties[b]`],
    ['takes a number or a text', spec({ 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] })],
    ['does not take them for something else', spec({ 'x-kubernetes-int-or-string': true, 'x-kubernetes-preserve-unknown-fields': true }), `${top}.properties[spec].x-kubernetes-preserve-unknown-fields: Invalid value: true: must be false if x-kubernetes-int-or-string is true`],
    ['leaves metadata to the server', { type: 'object', properties: { metadata: { type: 'object', properties: { labels: { type: 'object', additionalProperties: text } } } } }, `${top}.properties[metadata]: Forbidden: must not specify anything other than name and generateName, but metadata is implicitly specified`],
    ['may narrow names', { type: 'object', properties: { metadata: { type: 'object', properties: { name: { type: 'string', pattern: '^a' } } } } }],
    ['has no defaults for what every object has', { type: 'object', properties: { kind: { type: 'string', default: 'Cart' } } }, `${top}.properties[kind].default: Forbidden: must not be set in top-level kind`],
    ['is of types there are', spec({ type: 'float' }), `${top}.properties[spec].type: Unsupported value: "float": supported values: "array", "boolean", "integer", "number", "object", "string"`],
    ['refers to nothing', spec({ type: 'object', $ref: '#/a' }), `${top}.properties[spec].$ref: Forbidden: $ref is not supported`],
    ['is a map or an object', spec({ type: 'object', properties: { a: text }, additionalProperties: text }), `${top}.properties[spec].additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive`],
    ['tells the items of a map apart', spec({ type: 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['a', 'b'], items: { type: 'object', properties: { a: text } } }),
      `${top}.properties[spec].x-kubernetes-list-map-keys: Invalid value: ["a","b"]: entries must all be names of item properties`,
      `${top}.properties[spec].items.properties[a].default: Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property`],
    ['has sets of what does not divide', spec({ type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'object' } }), `${top}.properties[spec].items.x-kubernetes-map-type: Invalid value: null: must be atomic as item of a list with x-kubernetes-list-type=set`],
    ['has keys for maps alone', spec({ type: 'array', 'x-kubernetes-list-map-keys': ['a'], items: { type: 'object', properties: { a: text } } }), `${top}.properties[spec].x-kubernetes-list-type: Required value: must be map if x-kubernetes-list-map-keys is non-empty`],
    ['has patterns that can be read', spec({ type: 'string', pattern: '(?=a)' }), `${top}.properties[spec].pattern: Invalid value: "(?=a)": must be a valid regular expression, but isn't: error parsing regexp: invalid or unsupported Perl syntax: \`(?=\``],
    ['holds whole objects', spec({ type: 'object', 'x-kubernetes-embedded-resource': true }), `${top}.properties[spec].properties: Required value: must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields`],
    ['has rules that say something', spec({ type: 'object', 'x-kubernetes-validations': [{ rule: ' ' }] }), `${top}.properties[spec].x-kubernetes-validations[0].rule: Required value: rule is not specified`],
  ])('%s', (_about, schema, ...messages) => {
    const body = definition({}, { schema: { openAPIV3Schema: schema }, subresources: undefined, additionalPrinterColumns: undefined, selectableFields: undefined })
    const answer = createCluster({ nodes: 1, latency: 'zero' }).request({ verb: 'POST', path: definitions, body })
    const told = ((answer.body as Status).details?.causes ?? []).map(({ field, message }) => `${field}: ${message}`)
    expect(told).toEqual(messages)
  })
})

describe('a custom resource', () => {
  test('says of an object within it, too, which metadata nobody knows', () => {
    const cluster = createCluster({ nodes: 1, latency: 'zero' })
    const template = { type: 'object', 'x-kubernetes-embedded-resource': true, properties: { spec: { type: 'object' } } }
    cluster.request({ verb: 'POST', path: definitions, body: definition({}, { schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true, properties: { template } } } } }, subresources: {}, additionalPrinterColumns: [], selectableFields: [] }) })
    cluster.run({ for: '1s' })
    const body = { apiVersion: 'shop.example/v1', kind: 'Cart', metadata: { name: 'a', unknownMeta: 1 }, spec: { template: { apiVersion: 'v1', kind: 'Sub', metadata: { name: 'sub', unknownSubMeta: 1 } } } }
    expect(post(cluster, body, '?fieldValidation=Strict')).toMatchObject({ code: 400, body: { message: expect.stringContaining('strict decoding error: unknown field "metadata.unknownMeta", unknown field "spec.template.metadata.unknownSubMeta"') } })
    expect(post(cluster, body).body).toMatchObject({ spec: { template: { metadata: { name: 'sub' } } } })
    const read = cluster.request({ verb: 'GET', path: `${carts}/a` }).body as KubeObject
    expect(read['spec'].template.metadata).toEqual({ name: 'sub' })
  })

  test('has a default that came after it, without being written, and keeps one that it was stored with', () => {
    const cluster = shop()
    const path = '/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties'
    const patch = (...body: object[]): unknown => (cluster.request({ verb: 'PATCH', path: `${definitions}/carts.shop.example`, contentType: 'application/json-patch+json', body }), cluster.run({ for: '1s' }))
    const read = (name: string): any => (cluster.request({ verb: 'GET', path: `${carts}/${name}` }).body as KubeObject)['spec']
    const { resourceVersion } = (post(cluster, cart('early')).body as KubeObject).metadata
    patch({ op: 'add', path: `${path}/color/default`, value: 'red' })
    post(cluster, cart('late'))
    expect([read('early').color, read('late').color]).toEqual(['red', 'red'])
    const [early] = (cluster.request({ verb: 'GET', path: carts }).body as { items: KubeObject[] }).items as any[]
    expect([early.spec.color, early.metadata.resourceVersion]).toEqual(['red', resourceVersion])
    patch({ op: 'remove', path: `${path}/color/default` })
    expect([read('early').color, read('late').color]).toEqual([undefined, 'red'])
  })

  test('gets defaults, loses what the schema does not know, and counts generations of its spec', () => {
    const cluster = shop()
    const made = post(cluster, { ...cart('a', { goods: [{ name: 'tea' }], extra: 1, notes: { any: { thing: true } } }), status: { ready: true } }).body as KubeObject
    expect(made).toMatchObject({ metadata: { generation: 1 }, spec: { owner: 'jo', wheels: 4, goods: [{ name: 'tea', count: 1 }], notes: { any: { thing: true } } } })
    expect(made['spec']).not.toHaveProperty('extra')
    expect(made).not.toHaveProperty('status')
    const patch = (body: object, sub = ''): KubeObject => cluster.request({ verb: 'PATCH', path: `${carts}/a${sub}`, contentType: 'application/merge-patch+json', body }).body as KubeObject
    expect(patch({ metadata: { labels: { a: 'b' } } }).metadata.generation).toBe(1)
    expect(patch({ spec: { wheels: 6 }, status: { ready: true } })).toMatchObject({ metadata: { generation: 2 }, spec: { wheels: 6 } })
    const told = patch({ spec: { wheels: 8 }, status: { wheels: 6, ready: true } }, '/status')
    expect([told.metadata.generation, told['spec'].wheels, told['status']]).toEqual([2, 6, { wheels: 6, ready: true }])
  })

  test.each<[string, object, string]>([
    ['a wrong type', { wheels: 'many' }, 'spec.wheels: Invalid value: "string": spec.wheels in body must be of type integer: "string"'],
    ['a number too small', { wheels: 1 }, 'spec.wheels: Invalid value: 1: spec.wheels in body should be greater than or equal to 2'],
    ['a value that is not one of them', { color: 'green' }, 'spec.color: Unsupported value: "green": supported values: "red", "blue"'],
    ['a text too short', { owner: 'j' }, 'spec.owner: Invalid value: "j": spec.owner in body should be at least 2 chars long'],
    ['a field that is missing', { owner: undefined }, 'spec.owner: Required value'],
    ['a field that is missing in an item', { goods: [{ count: 2 }] }, 'spec.goods[0].name: Required value'],
    ['two items of one key', { goods: [{ name: 'a' }, { name: 'a' }] }, 'spec.goods[1]: Duplicate value: {"name":"a"}'],
    ['a wrong value in a map', { sizes: { big: 'x' } }, 'spec.sizes.big: Invalid value: "string": spec.sizes.big in body must be of type number: "string"'],
  ])('is refused with %s', (_, spec, message) => {
    const answer = post(shop(), cart('a', spec))
    expect([answer.code, (answer.body as Status).message]).toEqual([422, `Cart.shop.example "a" is invalid: ${message}`])
  })

  test('is told of unknown fields as the request wishes', () => {
    const cluster = shop()
    expect(post(cluster, cart('a', { x: 1 }), '?fieldValidation=Strict')).toMatchObject({ code: 400, body: { message: 'Cart in version "v1" cannot be handled as a Cart: strict decoding error: unknown field "spec.x"' } })
    expect(post(cluster, cart('a', { x: 1 }), '?fieldValidation=Warn')).toMatchObject({ code: 201, warnings: ['unknown field "spec.x"'] })
    expect(post(cluster, cart('b', { x: 1 }), '?fieldValidation=Ignore').warnings).toEqual([])
  })

  test('is of the kind and version that the path says', () => {
    const cluster = shop()
    expect(post(cluster, { ...cart('a'), apiVersion: 'shop.example/v2' })).toMatchObject({ code: 400, body: { message: 'the API version in the data (shop.example/v2) does not match the expected API version (shop.example/v1)' } })
    expect(post(cluster, { ...cart('a'), kind: 'Van' })).toMatchObject({ code: 422, body: { message: 'Cart.shop.example "a" is invalid: kind: Invalid value: "Van": must be Cart' } })
  })

  test('is selected by its fields, scaled, and printed in its columns', () => {
    const cluster = shop()
    post(cluster, cart('a', { color: 'red' }))
    post(cluster, cart('b', { color: 'blue' }))
    cluster.request({ verb: 'PATCH', path: `${carts}/a/status`, contentType: 'application/merge-patch+json', body: { status: { conditions: [{ type: 'Ready', status: 'True' }] } } })
    expect(say(cluster, 'get carts').stdout).toBe('NAME   OWNER   READY\na      jo      True\nb      jo      \n')
    expect(say(cluster, 'get ca --field-selector spec.color=blue -o name').stdout).toBe('cart.shop.example/b\n')
    expect(say(cluster, 'scale cart/a --replicas=6').stdout).toBe('cart.shop.example/a scaled\n')
    expect(say(cluster, 'get cart a -o wide --no-headers').stdout).toBe('a     jo    True   6\n')
  })

  test('is patched by JSON and merge patches, and applied by its list’s keys', () => {
    const cluster = shop()
    const apply = (manager: string, goods: object[]) =>
      cluster.request({ verb: 'PATCH', path: `${carts}/a?fieldManager=${manager}`, contentType: 'application/apply-patch+yaml', body: cart('a', { goods }) })
    expect(apply('one', [{ name: 'tea', count: 2 }]).code).toBe(201)
    expect(apply('two', [{ name: 'rice', count: 1 }]).code).toBe(200)
    const read = (): { name: string; count: number }[] => (cluster.request({ verb: 'GET', path: `${carts}/a` }).body as KubeObject)['spec'].goods
    expect(read().map(({ name }) => name)).toEqual(['tea', 'rice'])
    expect(apply('two', [{ name: 'tea', count: 5 }])).toMatchObject({ code: 409, body: { message: 'Apply failed with 1 conflict: conflict with "one": .spec.goods[name="tea"].count' } })
    expect(apply('one', []).code).toBe(200)
    expect(read().map(({ name }) => name)).toEqual(['rice'])
    const strategic = cluster.request({ verb: 'PATCH', path: `${carts}/a`, contentType: 'application/strategic-merge-patch+json', body: {} })
    expect([strategic.code, (strategic.body as Status).message]).toEqual([415, expect.stringContaining('application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml')])
    expect(cluster.request({ verb: 'PATCH', path: `${carts}/a`, contentType: 'application/json-patch+json', body: [{ op: 'replace', path: '/spec/wheels', value: 3 }] }).body).toMatchObject({ spec: { wheels: 3 } })
  })

  test('owns what it is named as the owner of, and goes with its namespace', () => {
    const cluster = shop()
    const { uid } = (post(cluster, cart('a')).body as KubeObject).metadata
    const owned = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'of-a', ownerReferences: [{ apiVersion: 'shop.example/v1', kind: 'Cart', name: 'a', uid }] } }
    cluster.request({ verb: 'POST', path: '/api/v1/namespaces/default/configmaps', body: owned })
    cluster.run({ for: '2s' })
    expect(cluster.world().get('ConfigMap', 'of-a')).toBeDefined()
    cluster.request({ verb: 'DELETE', path: `${carts}/a` })
    cluster.run({ for: '2s' })
    expect(cluster.world().get('ConfigMap', 'of-a')).toBeUndefined()

    say(cluster, 'create ns team')
    cluster.request({ verb: 'POST', path: carts.replace('default', 'team'), body: cart('b') })
    say(cluster, 'delete ns team')
    expect(cluster.etcd.range('carts.shop.example/')).toEqual([])
  })

  test('needs rights like any other', () => {
    const cluster = shop()
    const jane = { name: 'jane', groups: ['system:authenticated'] }
    expect(cluster.request({ verb: 'GET', path: carts, user: jane })).toMatchObject({ code: 403, body: { message: 'carts.shop.example is forbidden: User "jane" cannot list resource "carts" in API group "shop.example" in the namespace "default"' } })
    say(cluster, 'create role shopper --verb=list --resource=carts.shop.example')
    say(cluster, 'create rolebinding jane --role=shopper --user=jane')
    expect(cluster.request({ verb: 'GET', path: carts, user: jane }).code).toBe(200)
  })

  test('of two versions is stored in one and read in both', () => {
    const cluster = createCluster({ nodes: 1, latency: 'zero' })
    const version = (name: string, storage: boolean) => ({ name, served: true, storage, schema: { openAPIV3Schema: cartSchema }, ...(storage ? {} : { deprecated: true }) })
    cluster.request({ verb: 'POST', path: definitions, body: definition({ versions: [version('v1beta1', false), version('v1', true)] }) })
    cluster.run({ for: '1s' })
    const old = cluster.request({ verb: 'POST', path: carts.replace('/v1/', '/v1beta1/'), body: { ...cart('a'), apiVersion: 'shop.example/v1beta1' } })
    expect(old).toMatchObject({ code: 201, body: { apiVersion: 'shop.example/v1beta1' }, warnings: ['shop.example/v1beta1 Cart is deprecated'] })
    expect(cluster.etcd.get('carts.shop.example/default/a')!.apiVersion).toBe('shop.example/v1')
    expect(cluster.request({ verb: 'GET', path: `${carts}/a` }).body).toMatchObject({ apiVersion: 'shop.example/v1', spec: { owner: 'jo' } })
  })
})

describe('a value against a schema', () => {
  test.each<[string, unknown, Schema, string[]]>([
    ['either of two types', 'x', { 'x-kubernetes-int-or-string': true }, []],
    ['neither of two types', true, { 'x-kubernetes-int-or-string': true }, ['at: Invalid value: "boolean": at in body must be of type integer,string: "boolean"']],
    ['null where it may be', null, { type: 'string', nullable: true }, []],
    ['null where it may not be', null, { type: 'string' }, ['at: Invalid value: "null": at in body must be of type string: "null"']],
    ['a whole number is a number', 3, { type: 'number' }, []],
    ['too many items', [1, 2, 3], { type: 'array', maxItems: 2 }, ['at: Too many: 3: must have at most 2 items']],
    ['a text too long', 'abc', { type: 'string', maxLength: 2 }, ['at: Too long: may not be more than 2 bytes']],
    ['no such format', 'soon', { type: 'string', format: 'date-time' }, ['at: Invalid value: "soon": at in body must be of type date-time: "soon"']],
    ['a format by its name without a dash', 'soon', { type: 'string', format: 'datetime' }, ['at: Invalid value: "soon": at in body must be of type datetime: "soon"']],
    ['a short name', 'a.b', { type: 'string', format: 'k8s-short-name' }, ['at: Invalid value: "a.b": at in body must be of type k8s-short-name: "a.b"']],
    ['a long name', 'a.b', { type: 'string', format: 'k8s-long-name' }, []],
    ['a colour', 'rgb(1, 2, 256)', { type: 'string', format: 'rgbcolor' }, ['at: Invalid value: "rgb(1, 2, 256)": at in body must be of type rgbcolor: "rgb(1, 2, 256)"']],
    ['another colour', '#a0b', { type: 'string', format: 'hexcolor' }, []],
    ['a UUID of another version', '0f8fad5b-d9cb-369f-a165-70867728950e', { type: 'string', format: 'uuid4' }, ['at: Invalid value: "0f8fad5b-d9cb-369f-a165-70867728950e": at in body must be of type uuid4: "0f8fad5b-d9cb-369f-a165-70867728950e"']],
    ['a format that nobody knows', 'x', { type: 'string', format: 'colour' }, []],
    ['one of several', { a: 1 }, { oneOf: [{ required: ['a'] }, { required: ['b'] }] }, []],
    ['more than one of several', { a: 1, b: 1 }, { oneOf: [{ required: ['a'] }, { required: ['b'] }] }, ['at: Invalid value: "": "at" must validate one and only one schema (oneOf). Found 2 valid alternatives']],
    ['an exclusive limit', 5, { type: 'integer', maximum: 5, exclusiveMaximum: true }, ['at: Invalid value: 5: at in body should be less than 5']],
  ])('%s', (_, value, schema, expected) => {
    expect(validateValue(value, schema, 'at').map(formatFieldError)).toEqual(expected)
  })
})

/** Source: apiextensions test/integration/ratcheting_test.go. */
describe('what was so before is not held against anyone', () => {
  const named = { type: 'object', properties: { name: { type: 'string' }, n: { type: 'integer', maximum: 5 } } }
  const schema: Schema = {
    type: 'object',
    properties: {
      size: { type: 'integer', maximum: 5 },
      both: { type: 'object', required: ['a'], properties: { a: { type: 'string' }, b: { type: 'string', maxLength: 2 } } },
      keyed: { type: 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'], items: named },
      plain: { type: 'array', items: named },
    },
  }
  test.each<[what: string, old: object | undefined, next: object, errors: string[]]>([
    ['a new object', undefined, { size: 9 }, ['size']],
    ['a field that stays', { size: 9 }, { size: 9, more: 1 }, []],
    ['a field that changes', { size: 9 }, { size: 8 }, ['size']],
    ['a field beside it', { both: { b: 'long' } }, { both: { b: 'long', c: 'x' } }, ['both.a']],
    ['all of it', { both: { b: 'long' } }, { both: { b: 'long' } }, []],
    ['an item that has moved, told by its key', { keyed: [{ name: 'x', n: 9 }] }, { keyed: [{ name: 'y' }, { name: 'x', n: 9 }] }, []],
    ['an item with another key', { keyed: [{ name: 'x', n: 9 }] }, { keyed: [{ name: 'y', n: 9 }] }, ['keyed[0].n']],
    ['a list without keys that has grown', { plain: [{ name: 'x', n: 9 }] }, { plain: [{ name: 'x', n: 9 }, {}] }, ['plain[0].n']],
    ['a list without keys that stays', { plain: [{ n: 9 }] }, { plain: [{ n: 9 }], size: 1 }, []],
  ])('%s', (_, old, next, errors) => {
    expect(validateValue(next, schema, '', [], 0, old).map(({ field }) => field)).toEqual(errors)
  })

  test('an object goes on when its definition has become stricter', () => {
    const cluster = createCluster({ nodes: 1 })
    const path = '/apis/x.io/v1/namespaces/default/boxes'
    const crd = (maximum: number): object => ({
      apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'boxes.x.io' },
      spec: { group: 'x.io', scope: 'Namespaced', names: { plural: 'boxes', kind: 'Box' }, versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', properties: { size: { type: 'integer', maximum } } } } }] },
    })
    const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
    cluster.request({ verb: 'create', path: definitions, body: crd(9) })
    cluster.run({ for: '2s' })
    cluster.request({ verb: 'create', path, body: { apiVersion: 'x.io/v1', kind: 'Box', metadata: { name: 'b' }, size: 7 } })
    cluster.request({ verb: 'patch', path: `${definitions}/boxes.x.io`, contentType: 'application/merge-patch+json', body: crd(5) })
    cluster.run({ for: '2s' })
    const patch = (body: object): number => cluster.request({ verb: 'patch', path: `${path}/b`, contentType: 'application/merge-patch+json', body }).code
    expect([patch({ metadata: { labels: { a: 'b' } } }), patch({ size: 8 }), patch({ size: 5 })]).toEqual([200, 422, 200])
  })
})

test('an object within an object says what it is', () => {
  const schema: Schema = { type: 'object', 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true }
  const wrong = (value: object): string[] => validateValue(value, schema, 'spec.template').map(formatFieldError)
  expect(wrong({ apiVersion: 'v1', kind: 'Pod' })).toEqual([])
  expect(wrong({ kind: 'Pod' })).toEqual(['spec.template.apiVersion: Required value: must not be empty'])
})

describe('a JSON path', () => {
  const object = { a: { b: [{ type: 'x', n: 1 }, { type: 'Ready', n: 2 }], 'c.d': 3 } }
  test.each<[string, unknown[]]>([
    ['.a.b[0].n', [1]], ['.a.b[-1].n', [2]], ['.a.b[*].n', [1, 2]], ['.a.b[?(@.type=="Ready")].n', [2]], [".a.b[?(@.type=='x')].type", ['x']], ['.a.b[?(@.n>1)].n', [2]],
    [".a['c.d']", [3]], ['.a.c\\.d', [3]], ['.a.nothing', []], ['{.a.b[0].type}', ['x']], ['.a..b', []],
  ])('%s', (path, found) => {
    expect(findAll(object, path)).toEqual(found)
  })

  test('is where a value goes', () => {
    expect(withValue({ spec: { a: 1 } }, '.spec.inner.size', 3)).toEqual({ spec: { a: 1, inner: { size: 3 } } })
  })
})

test.each(['pods', 'nodes', 'namespaces', 'services', 'priorityclasses', 'persistentvolumeclaims', 'ingresses', 'bindings', 'roles', 'leases'])('a kind of somebody that is called %s is not taken for ours', (plural) => {
  const cluster = createCluster({ nodes: 1, latency: 'zero' })
  const names = { plural, kind: 'Thing' }
  const schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
  const made = { ...definition({ names, versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }] }), metadata: { name: `${plural}.shop.example` } }
  expect(cluster.request({ verb: 'POST', path: definitions, body: made }).code).toBe(201)
  cluster.run({ for: '1s' })
  const path = `/apis/shop.example/v1/namespaces/default/${plural}`
  const thing = { apiVersion: 'shop.example/v1', kind: 'Thing', metadata: { name: 'system-node-critical' }, globalDefault: true }
  expect(cluster.request({ verb: 'POST', path, body: thing }).code).toBe(201)
  const stored = cluster.request({ verb: 'GET', path: `${path}/system-node-critical` }).body as KubeObject
  expect(Object.keys(stored).sort()).toEqual(['apiVersion', 'globalDefault', 'kind', 'metadata'])
  expect(stored.metadata.finalizers).toBeUndefined()
  expect(cluster.request({ verb: 'DELETE', path: `${path}/system-node-critical` }).body).toMatchObject({ kind: 'Status', status: 'Success' })
  expect(cluster.request({ verb: 'GET', path: `${path}/system-node-critical` }).code).toBe(404)
})

test('an object that was stored in an earlier version takes a status, and counts no generation for it', () => {
  const cluster = shop()
  expect(post(cluster, cart('a')).code).toBe(201)
  const version = (name: string, storage: boolean): object => ({ name, served: true, storage, schema: { openAPIV3Schema: cartSchema }, subresources: { status: {} } })
  const next = { ...definition({ versions: [version('v1', false), version('v2', true)] }) }
  expect(cluster.request({ verb: 'PATCH', path: `${definitions}/carts.shop.example`, contentType: 'application/merge-patch+json', body: next }).code).toBe(200)
  cluster.run({ for: '1s' })
  const patched = cluster.request({ verb: 'PATCH', path: `${carts}/a/status`, contentType: 'application/merge-patch+json', body: { status: { ready: true } } })
  expect(patched).toMatchObject({ code: 200, body: { apiVersion: 'shop.example/v1', metadata: { generation: 1 }, status: { ready: true } } })
  expect(cluster.request({ verb: 'PATCH', path: `${carts}/a`, contentType: 'application/merge-patch+json', body: { metadata: { labels: { a: 'b' } } } }).body).toMatchObject({ metadata: { generation: 1 } })
})
