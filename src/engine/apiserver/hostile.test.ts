import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createCluster } from '../index.ts'
import type { Request } from '../api/request.ts'
import { apiVersionOf, resources } from '../api/resources.ts'

/** Anything that JSON can carry, with the names and texts at which careless code breaks. */
const words = ['', '-', '__proto__', 'constructor', 'toString', '..', '/', '%', '%zz', 'é\u0000', '9'.repeat(40), 'a'.repeat(300), 'default', 'web', '1Gi', '-1']
const text = fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 10 }))
const scalar = fc.oneof(text, fc.constantFrom(0, -1, 1.5, 2 ** 31, 2 ** 53, 1e308, -0), fc.boolean(), fc.constant(null))
const known = ['metadata', 'spec', 'status', 'name', 'namespace', 'labels', 'annotations', 'finalizers', 'ownerReferences', 'managedFields', 'template', 'containers', 'rules', 'subjects', 'roleRef', 'hard', 'data']
const anything = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: 'small', withCrossShrink: true }, scalar, fc.array(tie('value'), { maxLength: 3 }), fc.dictionary(fc.oneof(fc.constantFrom(...known, '__proto__'), text), tie('value'), { maxKeys: 4 })),
})).value
const body = fc.oneof(
  anything,
  fc.record({
    apiVersion: fc.constantFrom(...new Set(resources.map(apiVersionOf))),
    kind: fc.constantFrom(...resources.map(({ kind }) => kind)),
    metadata: fc.record({ name: text, namespace: text, labels: anything, annotations: anything }, { requiredKeys: [] }),
    spec: anything,
    status: anything,
  }, { requiredKeys: [] }),
)
const path = fc.record({
  info: fc.constantFrom(...resources),
  namespace: fc.oneof(fc.constant('default'), text),
  name: fc.option(fc.oneof(fc.constantFrom('web', 'node1', 'default'), text), { nil: undefined }),
  part: fc.option(fc.oneof(fc.constantFrom('status', 'scale', 'binding', 'eviction', 'token', 'log', 'exec', 'finalize', 'resize', 'ephemeralcontainers'), text), { nil: undefined }),
}).map(({ info, namespace, name, part }) => {
  const root = info.group === '' ? `/api/${info.version}` : `/apis/${apiVersionOf(info)}`
  return [root, ...(info.namespaced ? ['namespaces', namespace] : []), info.plural, ...(name === undefined ? [] : [name]), ...(name === undefined || part === undefined ? [] : [part])].join('/')
})
const query = fc.dictionary(
  fc.constantFrom('fieldSelector', 'labelSelector', 'limit', 'continue', 'resourceVersion', 'dryRun', 'fieldManager', 'force', 'fieldValidation', 'propagationPolicy', 'gracePeriodSeconds', 'watch'),
  fc.oneof(text, fc.constantFrom('true', '1', 'All', 'Strict', 'a=b', 'metadata.name=web')), { maxKeys: 3 },
)
const request: fc.Arbitrary<Request> = fc.record({
  verb: fc.constantFrom('get', 'create', 'update', 'patch', 'delete'),
  path: fc.oneof({ weight: 8, arbitrary: path }, { weight: 1, arbitrary: fc.string() }),
  query,
  body,
  contentType: fc.oneof(fc.constantFrom('application/json', 'application/json-patch+json', 'application/merge-patch+json', 'application/strategic-merge-patch+json', 'application/apply-patch+yaml'), fc.string()),
  accept: fc.constantFrom('json', 'table', 'discovery'),
}) as fc.Arbitrary<Request>

/** Some requests take everybody's rights away; not this one's. */
const root = { name: 'root', groups: ['system:masters'] }

test('whatever is asked is answered: with an object, a list, a text or a Status', () => {
  const cluster = createCluster({ nodes: 1, latency: 'zero' })
  cluster.request({ verb: 'create', path: '/api/v1/namespaces/default/pods', body: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: { containers: [{ name: 'c', image: 'nginx:1.27' }] } } })
  fc.assert(
    fc.property(request, (asked) => {
      const { code, body: answered } = cluster.request({ ...asked, user: root })
      expect(Number.isInteger(code) && code >= 200 && code < 600).toBe(true)
      expect(typeof answered === 'string' || typeof answered === 'object').toBe(true)
      if (code >= 400) expect(answered).toMatchObject({ kind: 'Status', status: 'Failure', code, message: expect.any(String) })
    }),
    { numRuns: 1500, seed: 34 },
  )
  // It still works.
  expect(cluster.request({ verb: 'get', path: '/api/v1/namespaces/kube-system', user: root }).code).toBe(200)
})

test('depth and size are bounded', () => {
  const cluster = createCluster({ nodes: 1, latency: 'zero' })
  const make = (data: unknown) => cluster.request({ verb: 'create', path: '/api/v1/namespaces/default/configmaps', body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, data } })
  let deep: unknown = 'x'
  for (let i = 0; i < 20_000; i++) deep = { a: deep }
  expect(make(deep).code).toBeGreaterThanOrEqual(400)
  expect(make({ big: 'x'.repeat(4_000_000) }).code).toBeGreaterThanOrEqual(400)
  expect(make({ many: Array.from({ length: 100_000 }, () => 1) }).code).toBeGreaterThanOrEqual(400)
  expect(make(JSON.parse('{"__proto__":"x","constructor":"y"}')).code).toBeGreaterThanOrEqual(400)
})
