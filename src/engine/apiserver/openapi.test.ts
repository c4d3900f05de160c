import { expect, test } from 'vitest'
import { createCluster } from '../index.ts'

const cluster = createCluster({ nodes: 1, latency: 'zero' })
const read = (path: string): any => {
  const { body } = cluster.request({ verb: 'GET', path } as never)
  return typeof body === 'string' ? JSON.parse(body) : body
}
const schemas = (place: string): Record<string, any> => read(`/openapi/v3/${place}`).components.schemas

/** Of each document: references lead somewhere, and no schema is empty, at which a real `kubectl explain` ends with an error of its template. */
test.each(Object.keys(read('/openapi/v3').paths))('the document of %s can be read', (place) => {
  const all = schemas(place)
  const walk = (schema: any, at: string): string[] => {
    if (Object.keys(schema).length === 0) return [`${at} is empty`]
    const [reference] = (schema.allOf ?? []).map(({ $ref }: { $ref: string }) => $ref.slice('#/components/schemas/'.length))
    const wrong = reference === undefined || all[reference] !== undefined ? [] : [`${at} leads to ${reference}`]
    const inner: [string, any][] = [...Object.entries(schema.properties ?? {}), ['items', schema.items], ['additionalProperties', schema.additionalProperties]]
    return [...wrong, ...inner.flatMap(([key, one]) => (typeof one === 'object' ? walk(one, `${at}.${key}`) : []))]
  }
  expect(Object.entries(all).flatMap(([name, schema]) => walk(schema, name))).toEqual([])
})

/** A value that is a type of its own upstream is one here (apimachinery/pkg/util/intstr, api/resource, apis/meta/v1). */
test.each([
  ['api/v1', 'io.k8s.api.core.v1.HTTPGetAction', 'port', 'io.k8s.apimachinery.pkg.util.intstr.IntOrString', { format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] }],
  ['api/v1', 'io.k8s.api.core.v1.ResourceFieldSelector', 'divisor', 'io.k8s.apimachinery.pkg.api.resource.Quantity', { oneOf: [{ type: 'string' }, { type: 'number' }] }],
  ['apis/batch/v1', 'io.k8s.api.batch.v1.JobStatus', 'startTime', 'io.k8s.apimachinery.pkg.apis.meta.v1.Time', { type: 'string', format: 'date-time' }],
  ['apis/coordination.k8s.io/v1', 'io.k8s.api.coordination.v1.LeaseSpec', 'renewTime', 'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime', { type: 'string', format: 'date-time' }],
  ['apis/apps/v1', 'io.k8s.api.apps.v1.ControllerRevision', 'data', 'io.k8s.apimachinery.pkg.runtime.RawExtension', { type: 'object' }],
])('%s: %s.%s is %s', (place, type, field, name, schema) => {
  const all = schemas(place)
  expect(all[type].properties[field]).toEqual({ allOf: [{ $ref: `#/components/schemas/${name}` }] })
  expect(all[name]).toEqual(schema)
})

test('in the older language a number or a text is a text', () => {
  expect(read('/openapi/v2').definitions['io.k8s.apimachinery.pkg.util.intstr.IntOrString']).toEqual({ type: 'string', format: 'int-or-string' })
})
