/**
 * Writes src/stage/shared/schema/schema.generated.ts: a JSON schema of the kinds that people write, for
 * completion and hover in the editor, as client-models.mjs reads them. It knows no enums: src/stage/shared/schema/values.ts adds them.
 * The product is not committed.
 *
 * usage: node scripts/generate-editor-schema.mjs
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { classes, modelOf, root, shortName } from './client-models.mjs'

const target = join(root, 'src/stage/shared/schema/schema.generated.ts')

/** apiVersion -> kinds that people write into files. */
const kinds = {
  v1: 'Pod Service ConfigMap Secret Namespace ServiceAccount PersistentVolume PersistentVolumeClaim ResourceQuota LimitRange Node Endpoints ReplicationController',
  'apps/v1': 'Deployment ReplicaSet StatefulSet DaemonSet',
  'batch/v1': 'Job CronJob',
  'autoscaling/v2': 'HorizontalPodAutoscaler',
  'policy/v1': 'PodDisruptionBudget',
  'scheduling.k8s.io/v1': 'PriorityClass',
  'networking.k8s.io/v1': 'Ingress IngressClass NetworkPolicy ServiceCIDR',
  'rbac.authorization.k8s.io/v1': 'Role RoleBinding ClusterRole ClusterRoleBinding',
  'storage.k8s.io/v1': 'CSIDriver StorageClass VolumeAttributesClass',
  'node.k8s.io/v1': 'RuntimeClass',
  'discovery.k8s.io/v1': 'EndpointSlice',
  'coordination.k8s.io/v1': 'Lease',
  'admissionregistration.k8s.io/v1': 'MutatingWebhookConfiguration ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding ValidatingWebhookConfiguration',
  'apiextensions.k8s.io/v1': 'CustomResourceDefinition',
  'apiregistration.k8s.io/v1': 'APIService',
  'certificates.k8s.io/v1': 'CertificateSigningRequest',
  'flowcontrol.apiserver.k8s.io/v1': 'FlowSchema PriorityLevelConfiguration',
  'resource.k8s.io/v1': 'DeviceClass ResourceClaim ResourceClaimTemplate',
}

/** The class of a kind: the client puts the version before its name, and the group before that where two groups have the name. */
function classOf(apiVersion, kind) {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['core', apiVersion]
  const capital = (word) => word[0].toUpperCase() + word.slice(1)
  const name = `${capital(version)}${kind}`
  return classes[name] === undefined ? `${capital(group.split('.')[0])}${name}` : name
}

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
  const { description, fields } = modelOf(name)
  if (description) definition.description = description
  // Nobody writes a status; its fields would only be in the way.
  const schema = ({ name: field, type, format }) => (field === 'status' && type.endsWith('Status') ? { type: 'object' } : schemaOf(type, format))
  definition.properties = Object.fromEntries(fields.map((field) => [field.name, { ...schema(field), ...(field.description ? { description: field.description } : {}) }]))
  const required = fields.filter(({ isRequired }) => isRequired).map((field) => field.name)
  if (required.length > 0) definition.required = required
  return key
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
