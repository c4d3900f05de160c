import { describe, expect, it } from 'vitest'
import '../../kinds.ts'
import { findKind, type ResourceInfo } from '../resources.ts'
import { deployment, made } from '../testdata/objects.ts'
import type { Status } from '../types.ts'
import { applyPatch } from './patch.ts'

const deployments: ResourceInfo = findKind('apps/v1', 'Deployment')!
const old = made(deployment())
const json = 'application/json-patch+json'
const merge = 'application/merge-patch+json'
const strategic = 'application/strategic-merge-patch+json'

const patched = (type: string, body: unknown, query = {}) => applyPatch(old, body, type, deployments, query)

function refusal(type: string, body: unknown, query = {}): Status {
  const result = patched(type, body, query)
  if (!('status' in result)) throw new Error('applied')
  return result.status
}

describe('PATCH', () => {
  it.each<[type: string, body: unknown]>([
    [json, [{ op: 'replace', path: '/spec/replicas', value: 3 }]],
    [merge, { spec: { replicas: 3 } }],
    [strategic, { spec: { replicas: 3 } }],
    [`${strategic}; charset=utf-8`, { spec: { replicas: 3 } }],
  ])('as %s', (type, body) => {
    expect(patched(type, body)).toEqual({ object: { ...old, spec: { ...old['spec'], replicas: 3 } }, warnings: [] })
  })

  it('warns of unknown fields, or refuses them', () => {
    const body = { spec: { replicaz: 3 } }
    expect(patched(merge, body)).toMatchObject({ warnings: ['unknown field "spec.replicaz"'] })
    expect(patched(merge, body, { fieldValidation: 'Ignore' })).toMatchObject({ warnings: [] })
    const status = refusal(strategic, body, { fieldValidation: 'Strict' })
    expect(status).toMatchObject({ code: 422, reason: 'Invalid' })
    expect(status.message).toBe(
      ' "" is invalid: patch: Invalid value: "map[spec:map[replicaz:3]]": strict decoding error: unknown field "spec.replicaz"',
    )
  })

  it('that makes no such object is invalid, in the words of what reads it', () => {
    expect(refusal(merge, { spec: { replicas: 'three' } })).toMatchObject({
      code: 422,
      message: expect.stringMatching(
        /^ "" is invalid: patch: Invalid value: "\{.*\}": json: cannot unmarshal string into Go struct field DeploymentSpec\.spec\.replicas of type int32$/,
      ) as string,
    })
    const container = (fields: object) => ({ template: { spec: { containers: [{ name: 'c', ...fields }] } } })
    const shown = (spec: object): string => refusal(strategic, { spec }).message ?? ''
    expect(shown({ replicas: 'three' })).toBe(' "" is invalid: patch: Invalid value: "map[spec:map[replicas:three]]": unrecognized type: int32')
    for (const [spec, why] of [
      [{ replicas: 1.5 }, 'cannot convert float64 to int32'],
      [{ paused: 1 }, 'unrecognized type: bool'],
      [container({ env: [{ name: 'A', value: 1 }] }), 'cannot convert int64 to string'],
      [container({ env: [{ name: 'A', value: true }] }), 'unrecognized type: string'],
      [container({ imagePullPolicy: 1 }), 'cannot convert int64 to v1.PullPolicy'],
      [container({ args: 'x' }), 'cannot restore slice from string'],
      [container({ resources: 'big' }), 'cannot restore struct from: string'],
      [{ template: { metadata: { annotations: 5 } } }, 'cannot restore map from int64'],
      [{ strategy: { rollingUpdate: { maxSurge: true } } }, 'json: cannot unmarshal bool into Go value of type int32'],
    ] satisfies [object, string][]) {
      expect(shown(spec).endsWith(`]]": ${why}`), shown(spec)).toBe(true)
    }
  })

  it('that cannot be applied', () => {
    expect(refusal(json, [{ op: 'test', path: '/spec/replicas', value: 9 }])).toMatchObject({
      code: 422,
      reason: 'Invalid',
      message: 'the server rejected our request due to an error in our request',
    })
    expect(refusal(merge, [1])).toMatchObject({
      code: 400,
      message: 'error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}',
    })
    expect(refusal(json, {})).toMatchObject({ code: 400 })
    for (const [text, why] of [
      ['{', 'unexpected end of JSON input'],
      ['{metadata:{}}', "invalid character 'm' looking for beginning of object key string"],
      ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
      ['{} x', "invalid character 'x' after top-level value"],
      ['"x"', 'json: cannot unmarshal string into Go value of type map[string]interface {}'],
    ] satisfies [string, string][]) {
      expect(refusal(strategic, text)).toMatchObject({ code: 400, message: `error decoding patch: ${why}` })
    }
    expect(refusal(strategic, { spec: { template: { spec: { containers: [{ image: 'x' }] } } } })).toMatchObject({
      code: 500,
      message: expect.stringContaining('does not contain declared merge key: name') as string,
    })
  })

  it('of an unknown type', () => {
    expect(refusal('application/json', {})).toMatchObject({ code: 415, reason: 'UnsupportedMediaType' })
  })
})
