import fc from 'fast-check'
import { expect, it } from 'vitest'
import '../cel.ts'
import '../kinds.ts'
import { decode } from './decode.ts'
import { applyDefaults } from './defaults/defaults.ts'
import { formatFieldErrors } from './field.ts'
import { checkFieldSelector, parseFieldSelector } from './fieldSelector.ts'
import { applyConfiguration } from './managedFields/apply.ts'
import { trackUpdate } from './managedFields/track.ts'
import { applyPatch } from './patch/patch.ts'
import { printPod } from './podStatus.ts'
import { prepareForCreate } from './prepare.ts'
import { prepareForStatusUpdate, prepareForUpdate } from './prepareUpdate.ts'
import { parseQuantity } from './quantity.ts'
import { findKind, resources } from './resources.ts'
import { parseSelector } from './selector.ts'
import { structOfKind, type Field, type Struct } from './schema/schema.ts'
import { deployment, job, made, pod, service, workload } from './testdata/objects.ts'
import { parseDuration, parseTime } from './time.ts'
import type { KubeObject, Pod } from './types.ts'
import { validateStatusUpdate, validateUpdate } from './validation/update.ts'
import { validateCreate } from './validation/validation.ts'

/** Anything: junk, and the texts and numbers at which code that trusts its input breaks. */
const words = [
  '',
  '-',
  'a',
  '1',
  '0',
  '50%',
  '-1%',
  '__proto__',
  'constructor',
  'Always',
  '1Gi',
  '*',
  '/',
  '..',
  'v1',
  '\u0000',
  'é',
]
const scalar = fc.oneof(
  fc.constantFrom(...words),
  fc.string({ maxLength: 12 }),
  fc.constantFrom(0, 1, -1, 1.5, 2 ** 31 - 1, 2 ** 31, 2 ** 53, 1e300),
  fc.boolean(),
  fc.constant(null),
)
const junk = fc.oneof({ weight: 3, arbitrary: scalar }, fc.jsonValue({ maxDepth: 2 }))

/** Values as the schema has them, now and then none at all. */
function valueOf(field: Field, depth: number): fc.Arbitrary<unknown> {
  const one = elementOf(field, depth)
  if (field.collection === 'list') return fc.array(one, { maxLength: 3 })
  return field.collection === 'map'
    ? fc.dictionary(fc.oneof(fc.constantFrom('a', 'cpu', 'x.io/y'), fc.string()), one, { maxKeys: 3 })
    : one
}

function elementOf(field: Field, depth: number): fc.Arbitrary<unknown> {
  switch (field.basic) {
    case 'struct':
      return depth > 6 ? fc.constant({}) : structValue(field.struct!, depth + 1)
    case 'bool':
      return fc.boolean()
    case 'int32':
    case 'int64':
    case 'double':
      return fc.constantFrom(0, 1, -1, 5, 80, 65_536, 2 ** 31 - 1)
    case 'quantity':
      return fc.constantFrom('0', '1', '-1', '100m', '1Gi', '1e3', '999999999999Ei')
    case 'time':
    case 'microTime':
      return fc.constantFrom('2026-01-01T00:00:00Z', '2026-01-01T00:00:00.000000Z')
    case 'bytes':
      return fc.constantFrom('', 'YQ==')
    case 'intOrString':
      return fc.oneof(fc.constantFrom(0, 80, -1), fc.constantFrom('http', '50%', ''))
    case 'any':
      return fc.jsonValue({ maxDepth: 2 })
    default:
      return fc.oneof(
        fc.constantFrom('a', 'Always', 'Never', 'In', 'Exists', 'RollingUpdate', 'x.io/y', '10.0.0.1', '::1'),
        fc.string({ maxLength: 8 }),
      )
  }
}

function structValue(type: Struct, depth: number): fc.Arbitrary<Record<string, unknown>> {
  // Fewer of the fields further in, lest objects grow without end.
  const absent = { weight: depth < 3 ? 1 : 3, arbitrary: fc.constant(undefined) }
  const fields = [...type.fields].map(
    ([name, field]) => [name, fc.oneof(absent, { weight: 1, arbitrary: valueOf(field, depth) })] as const,
  )
  return fc
    .record(Object.fromEntries(fields))
    .map((value) => Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined)))
}

const stored = (o: KubeObject): KubeObject => ({
  ...o,
  metadata: { ...o.metadata, uid: 'u', name: 'n', resourceVersion: '1' },
})

/** Everything that a write may meet. */
function run(body: Record<string, unknown>): void {
  const info = findKind(String(body['apiVersion']), String(body['kind']))!
  const decoded = decode(info, body, 'Warn')
  if ('status' in decoded) {
    expect(decoded.status.message).not.toBe('')
    return
  }
  const object = prepareForCreate(applyDefaults(stored(decoded.object)), 0)
  expect(formatFieldErrors(validateCreate(object))).toEqual(expect.any(String))
  const other = { ...object, spec: { ...object['spec'] }, status: {} }
  expect(validateUpdate(prepareForUpdate(object, other), other)).toEqual(expect.any(Array))
  expect(validateStatusUpdate(prepareForStatusUpdate(object, other), other)).toEqual(expect.any(Array))
  const tracked = trackUpdate(object, undefined, { manager: 'm', now: 0 })
  expect(trackUpdate(other, tracked, { manager: 'n', now: 0 }).kind).toBe(object.kind)
  if (object.kind === 'Pod') expect(printPod(object as unknown as Pod).status).toEqual(expect.any(String))
}

/** The same in every run. */
const options = { seed: 2026, numRuns: 60 }

const kinds = resources
  .filter(({ verbs }) => verbs.includes('create'))
  .map(({ group, version, kind }) => [group === '' ? version : `${group}/${version}`, kind] as const)
  .filter(([apiVersion, kind]) => structOfKind(apiVersion, kind) !== undefined)

it.each(kinds)('%s %s of any content is stored or refused', (apiVersion, kind) => {
  const type = structOfKind(apiVersion, kind)!
  fc.assert(
    fc.property(structValue(type, 0), (fields) => run({ ...fields, apiVersion, kind })),
    options,
  )
})

const good = [pod(), deployment(), workload('StatefulSet'), job(), service()]

it('good manifests with something broken are stored or refused', () => {
  fc.assert(
    fc.property(fc.constantFrom(...good), fc.array(fc.nat(), { maxLength: 8 }), junk, (manifest, path, value) =>
      run({ ...(broken(manifest, path, value) as object), apiVersion: manifest['apiVersion'], kind: manifest['kind'] }),
    ),
    { ...options, numRuns: 2000 },
  )
})

/** `value` at a place that `path` leads to. */
function broken(target: unknown, path: readonly number[], value: unknown): unknown {
  const [head, ...rest] = path
  if (head === undefined || typeof target !== 'object' || target === null) return value
  const keys = Object.keys(target)
  if (keys.length === 0) return value
  const key = keys[head % keys.length]!
  const inner = broken((target as Record<string, unknown>)[key], rest, value)
  return Array.isArray(target) ? target.with(Number(key), inner) : { ...target, [key]: inner }
}

it('patches of any content are applied or refused', () => {
  const info = findKind('apps/v1', 'Deployment')!
  const old = made(deployment())
  const directives = fc.constantFrom(
    '$patch',
    '$retainKeys',
    '$setElementOrder/containers',
    '$deleteFromPrimitiveList/finalizers',
    'containers',
    'spec',
    'template',
    'metadata',
    'name',
  )
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      scalar,
      fc.constantFrom('delete', 'replace', 'merge', 'c'),
      fc.array(tie('tree'), { maxLength: 2 }),
      fc.dictionary(directives, tie('tree'), { maxKeys: 3 }),
    ),
  }))
  const operation = fc.record(
    {
      op: fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test', 'x'),
      path: fc.constantFrom(
        '',
        '/',
        '/spec',
        '/spec/replicas',
        '/spec/template/spec/containers/0',
        '/spec/template/spec/containers/-',
        '/a/b',
        'x',
      ),
      from: fc.constantFrom('', '/spec', '/metadata/name', '/x'),
      value: junk,
    },
    { requiredKeys: [] },
  )
  const types = ['json-patch+json', 'merge-patch+json', 'strategic-merge-patch+json']
  fc.assert(
    fc.property(fc.constantFrom(...types), fc.oneof(tree, fc.array(operation, { maxLength: 3 })), (type, body) => {
      const spec = { spec: { template: { spec: body } } }
      for (const patch of [body, spec, { spec: body }]) {
        const result = applyPatch(old, patch, `application/${type}`, info)
        expect('status' in result ? result.status.code : 200).toBeLessThanOrEqual(500)
      }
    }),
    { ...options, numRuns: 1000 },
  )
})

it('configurations of any content are applied or refused', () => {
  const info = findKind('apps/v1', 'Deployment')!
  const config = deployment()
  const first = applyConfiguration(undefined, config, info, { manager: 'a', force: false, now: 0 })
  if ('status' in first) throw new Error(first.status.message)
  fc.assert(
    fc.property(fc.array(fc.nat(), { maxLength: 8 }), junk, (path, value) => {
      const body = { ...(broken(config, path, value) as object), apiVersion: 'apps/v1', kind: 'Deployment' }
      for (const manager of ['a', 'b', 'kubectl']) {
        const result = applyConfiguration(first.object, body, info, { manager, force: false, now: 0 })
        expect('status' in result ? result.status.code : 200).toBeLessThanOrEqual(500)
      }
    }),
    { ...options, numRuns: 1000 },
  )
})

it('texts of any content are parsed or refused', () => {
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom(...'abc012.,=!()<> inotexsk/-+eEmMKGi"\\~:TZ') }),
  )
  fc.assert(
    fc.property(text, (given) => {
      const quantity = parseQuantity(given)
      // What it prints, it reads again as the same.
      if (!('error' in quantity)) expect(parseQuantity(quantity.text)).toMatchObject({ text: quantity.text })
      parseSelector(given)
      parseTime(given)
      parseDuration(given)
      const selector = parseFieldSelector(given)
      if (!('error' in selector)) checkFieldSelector(selector, 'v1', 'Pod')
    }),
    { ...options, numRuns: 5000 },
  )
})
