/**
 * Writes src/stage/editor/schema/schema.generated.ts: a JSON schema of the kinds that people write, for
 * completion and hover in the editor. Types and descriptions come from the development dependency
 * @kubernetes/client-node (attributeTypeMap, and the .d.ts files for what is required and what it means);
 * fields that are younger than the simulated version are left out, as src/engine/api/schema/tables.ts
 * lists them. It knows no enums: src/stage/editor/schema/values.ts adds them. The product is not committed.
 *
 * usage: node scripts/generate-editor-schema.mjs
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const models = join(root, 'node_modules/@kubernetes/client-node/dist/gen/models')
const target = join(root, 'src/stage/editor/schema/schema.generated.ts')

/** apiVersion -> kinds that people write into files. */
const kinds = {
  v1: 'Pod Service ConfigMap Secret Namespace ServiceAccount PersistentVolume PersistentVolumeClaim ResourceQuota LimitRange Node Endpoints ReplicationController',
  'apps/v1': 'Deployment ReplicaSet StatefulSet DaemonSet',
  'batch/v1': 'Job CronJob',
  'autoscaling/v2': 'HorizontalPodAutoscaler',
  'policy/v1': 'PodDisruptionBudget',
  'scheduling.k8s.io/v1': 'PriorityClass',
  'networking.k8s.io/v1': 'Ingress IngressClass NetworkPolicy',
  'rbac.authorization.k8s.io/v1': 'Role RoleBinding ClusterRole ClusterRoleBinding',
  'storage.k8s.io/v1': 'StorageClass',
  'node.k8s.io/v1': 'RuntimeClass',
  'discovery.k8s.io/v1': 'EndpointSlice',
  'coordination.k8s.io/v1': 'Lease',
  'admissionregistration.k8s.io/v1': 'ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding',
}

const classes = await import(join(models, 'all.js'))

/** The class of a kind: the client puts the version before its name. */
function classOf(apiVersion, kind) {
  const version = apiVersion.split('/').at(-1)
  return `${version[0].toUpperCase()}${version.slice(1)}${kind}`
}

/** "V1Container" -> "Container", as in src/engine/api/schema.generated.ts. */
function shortName(name) {
  const special = name.match(/^(Events|Discovery|Apiextensions)V1(.*)$/)
  if (special) return `${special[1].toLowerCase()}.${special[2]}`
  if (name.startsWith('V2')) return `v2.${name.slice(2)}`
  return name.replace(/^(Core|Rbac|Authentication|Storage)?V1/, '')
}

/** "Type.field" of what the simulated version does not know yet. */
function newerFields() {
  const tables = readFileSync(join(root, 'src/engine/api/schema/tables.ts'), 'utf8')
  const found = /export const newer = table\(`([^`]*)`\)/.exec(tables)
  if (!found) throw new Error('src/engine/api/schema/tables.ts has no table `newer`')
  const lines = found[1]
    .trim()
    .split('\n')
    .map((line) => line.trim().split(': '))
  return new Set(lines.flatMap(([type, fields]) => fields.split(' ').map((field) => `${type}.${field}`)))
}

const newer = newerFields()
const definitions = {}

const formats = {
  'int-or-string': { type: ['integer', 'string'] },
  'date-time': { type: 'string' },
  'date-time-micro': { type: 'string' },
}

function schemaOf(type, format) {
  const list = type.match(/^Array<(.*)>$/)
  if (list) return { type: 'array', items: schemaOf(list[1], format) }
  const map = type.match(/^\{ \[key: string\]: (.*); \}$/)
  if (map) return { type: 'object', additionalProperties: schemaOf(map[1], format) }
  if (formats[format]) return formats[format]
  if (type === 'number') return { type: format === 'double' ? 'number' : 'integer' }
  if (type === 'string' || type === 'boolean') return { type }
  if (type === 'any') return {}
  if (!classes[type]?.attributeTypeMap) throw new Error(`unknown type ${type} (${format})`)
  return { $ref: `#/definitions/${define(type)}` }
}

function define(name) {
  const key = shortName(name)
  if (definitions[key]) return key
  const definition = (definitions[key] = { type: 'object' })
  const declared = readDeclaration(name)
  if (declared.description) definition.description = declared.description
  const required = []
  const properties = {}
  for (const { name: property, baseName, type, format } of classes[name].attributeTypeMap) {
    if (newer.has(`${key}.${baseName}`)) continue
    const { description, isRequired } = declared.fields.get(property) ?? declared.fields.get(baseName) ?? {}
    // Nobody writes a status; its fields would only be in the way.
    const schema = baseName === 'status' && type.endsWith('Status') ? { type: 'object' } : schemaOf(type, format)
    properties[baseName] = description ? { ...schema, description } : schema
    if (isRequired) required.push(baseName)
  }
  definition.properties = properties
  if (required.length > 0) definition.required = required
  return key
}

/** What the .d.ts of a class says of it and of its fields. */
function readDeclaration(name) {
  const text = readFileSync(join(models, `${name}.d.ts`), 'utf8')
  const description = /\/\*\*\n\* ([^\n]*)\n\*\/\nexport declare class/.exec(text)?.[1]
  const fields = new Map()
  const pattern = /(?: {4}\/\*\*\n {4}\* ([^\n]*)\n {4}\*\/\n)? {4}'([^']+)'(\??): /g
  for (const [, comment, field, optional] of text.matchAll(pattern)) {
    fields.set(field, { description: plain(comment), isRequired: optional === '' })
  }
  return { description: plain(description), fields }
}

/** The words without the escapes of the generator. */
function plain(text) {
  return text
    ?.replaceAll(/\\(['"`])/g, '$1')
    .replaceAll('*_/', '*/')
    .trim()
}

/** Which definition a document follows is decided by its apiVersion and kind, and by nothing else. */
const choices = []
for (const [apiVersion, names] of Object.entries(kinds)) {
  for (const kind of names.split(' ')) {
    choices.push({ apiVersion, kind, type: define(classOf(apiVersion, kind)) })
  }
}

const literal = JSON.stringify(JSON.stringify({ choices, definitions }))

writeFileSync(
  target,
  `// Written by scripts/generate-editor-schema.mjs; do not edit.

/** The kinds, and the JSON schema of each type that occurs in them. */
export const kubernetesTypes: unknown = JSON.parse(
  ${literal},
)
`,
)
