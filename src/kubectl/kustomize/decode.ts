/** What a kustomization may have, as Go decodes it: the first field that does not fit, in Go's words (api/types). */
import { isMap } from '../../engine/api/patch/jsonMap.ts'

/** `s`, `b` and `i` are text, truth and a whole number, `map` is text by text. */
type Type = 's' | 'b' | 'i' | 'map' | Struct | readonly [Type]

interface Struct {
  name: string
  fields: Readonly<Record<string, Type>>
  /** Of fields that stand in structs within it: what Go puts before their name. */
  within?: Readonly<Record<string, string>>
}

const text = (names: string): Record<string, Type> => Object.fromEntries(names.split(' ').map((name) => [name, 's']))

const fieldSpec: Struct = { name: 'FieldSpec', fields: { ...text('group version kind path'), create: 'b' } }
const selector: Struct = { name: 'Selector', fields: text('group version kind name namespace annotationSelector labelSelector') }
const patch: Struct = { name: 'Patch', fields: { ...text('path patch'), target: selector, options: { name: '', fields: { allowNameChange: 'b', allowKindChange: 'b' } } } }
const options: Struct = { name: 'GeneratorOptions', fields: { labels: 'map', annotations: 'map', disableNameSuffixHash: 'b', immutable: 'b' } }
const sources = 'GeneratorArgs.KvPairSources.'
const generator: Struct = {
  name: 'ConfigMapArgs',
  fields: { ...text('namespace name behavior env'), literals: ['s'], files: ['s'], envs: ['s'], options },
  within: { namespace: 'GeneratorArgs.', name: 'GeneratorArgs.', behavior: 'GeneratorArgs.', options: 'GeneratorArgs.', env: sources, literals: sources, files: sources, envs: sources },
}

const kustomization: Struct = {
  name: 'Kustomization',
  fields: {
    ...text('apiVersion kind namePrefix nameSuffix namespace'),
    ...Object.fromEntries(['resources', 'bases', 'components', 'patchesStrategicMerge', 'buildMetadata'].map((name) => [name, ['s']])),
    commonLabels: 'map', commonAnnotations: 'map',
    labels: [{ name: 'Label', fields: { pairs: 'map', includeSelectors: 'b', includeTemplates: 'b', fields: [fieldSpec] } }],
    images: [{ name: 'Image', fields: text('name newName tagSuffix newTag digest') }],
    replicas: [{ name: 'Replica', fields: { name: 's', count: 'i' } }],
    patches: [patch], patchesJson6902: [patch],
    configMapGenerator: [generator], secretGenerator: [{ ...generator, name: 'SecretArgs', fields: { ...generator.fields, type: 's' } }],
    generatorOptions: options,
  },
}

/** undefined: all of it fits. Fields that are not in the table are not looked at. */
export function misfit(fields: Readonly<Record<string, unknown>>): string | undefined {
  for (const name of Object.keys(fields).toSorted()) {
    const type = kustomization.fields[name]
    const problem = type === undefined ? undefined : check(fields[name], type, 'Kustomization', name)
    if (problem !== undefined) return `json: ${problem}`
  }
  return undefined
}

function check(value: unknown, type: Type, struct: string, path: string): string | undefined {
  if (value === null || value === undefined) return undefined
  const wrong = (is: unknown = value, wanted = goType(type)) => `cannot unmarshal ${jsonKind(is)} into Go struct field ${struct}.${path} of type ${wanted}`
  if (type === 's' || type === 'b') return typeof value === (type === 's' ? 'string' : 'boolean') ? undefined : wrong()
  if (type === 'i') return typeof value === 'number' ? undefined : wrong()
  if (type === 'map') {
    if (!isMap(value)) return wrong()
    const inner = Object.values(value).find((one) => one !== null && typeof one !== 'string')
    return inner === undefined ? undefined : wrong(inner, 'string')
  }
  if (isListType(type)) return Array.isArray(value) ? firstOf(value, (item) => check(item, type[0], struct, path)) : wrong()
  if (!isMap(value)) return wrong()
  return firstOf(Object.keys(value).toSorted(), (name) => {
    const inner = type.fields[name]
    return inner === undefined ? `unknown field ${JSON.stringify(name)}` : check(value[name], inner, type.name, `${path}.${type.within?.[name] ?? ''}${name}`)
  })
}

const isListType = (type: Type): type is readonly [Type] => Array.isArray(type)

function firstOf<T>(items: readonly T[], problem: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const found = problem(item)
    if (found !== undefined) return found
  }
  return undefined
}

function goType(type: Type): string {
  if (isListType(type)) return `[]${goType(type[0])}`
  if (typeof type === 'object') return `types.${type.name}`
  return { s: 'string', b: 'bool', i: 'int64', map: 'map[string]string' }[type]
}

/** As encoding/json calls what it finds. */
function jsonKind(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  return typeof value === 'boolean' ? 'bool' : typeof value
}
