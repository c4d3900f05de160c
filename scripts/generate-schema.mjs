/**
 * Writes src/engine/api/schema.generated.ts (what a Pod is made of) and schemaOfKinds.generated.ts (what only other kinds
 * are made of, which a page need not have at once): the fields and types of every kind that Podreel serves,
 * as client-models.mjs reads them. Descriptions go into a file of their own, src/kubectl/explain/descriptions.generated.ts, which only
 * `kubectl explain` fetches. The products are not committed;
 * they depend on nothing but the locked version of that package.
 *
 * usage: node scripts/generate-schema.mjs
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { classes, modelOf, root, shortName } from './client-models.mjs'
import { documentedType, readDocumented } from './documented-types.mjs'

const target = join(root, 'src/engine/api/schema.generated.ts')
const targetOfKinds = join(root, 'src/engine/api/schemaOfKinds.generated.ts')

/** apiVersion/kind -> class of the client. */
const kinds = {}
const add = (apiVersion, prefix, names) => {
  for (const name of names.split(' ')) kinds[`${apiVersion}/${name}`] = prefix + name
}
add('v1', 'V1', 'Pod Node Namespace ConfigMap Secret Service Endpoints ServiceAccount PersistentVolume')
add(
  'v1',
  'V1',
  'PersistentVolumeClaim ResourceQuota LimitRange ReplicationController PodTemplate Binding ComponentStatus',
)
add('v1', 'CoreV1', 'Event')
add('v1', 'V1', 'DeleteOptions')
add('events.k8s.io/v1', 'EventsV1', 'Event')
add('apps/v1', 'V1', 'ReplicaSet Deployment StatefulSet DaemonSet ControllerRevision')
add('batch/v1', 'V1', 'Job CronJob')
add('autoscaling/v2', 'V2', 'HorizontalPodAutoscaler')
add('autoscaling/v1', 'V1', 'HorizontalPodAutoscaler Scale')
add('policy/v1', 'V1', 'PodDisruptionBudget Eviction')
add('scheduling.k8s.io/v1', 'V1', 'PriorityClass')
add('rbac.authorization.k8s.io/v1', 'V1', 'Role RoleBinding ClusterRole ClusterRoleBinding')
add('coordination.k8s.io/v1', 'V1', 'Lease')
add('networking.k8s.io/v1', 'V1', 'Ingress IngressClass IPAddress NetworkPolicy ServiceCIDR')
add('node.k8s.io/v1', 'V1', 'RuntimeClass')
add('storage.k8s.io/v1', 'V1', 'CSIDriver CSINode CSIStorageCapacity StorageClass VolumeAttachment VolumeAttributesClass')
add('certificates.k8s.io/v1', 'V1', 'CertificateSigningRequest')
add('discovery.k8s.io/v1', 'V1', 'EndpointSlice')
add('admissionregistration.k8s.io/v1', 'V1', 'MutatingWebhookConfiguration ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding ValidatingWebhookConfiguration')
add('apiregistration.k8s.io/v1', 'V1', 'APIService')
add('flowcontrol.apiserver.k8s.io/v1', 'V1', 'FlowSchema PriorityLevelConfiguration')
add('resource.k8s.io/v1', 'V1', 'DeviceClass ResourceClaimTemplate ResourceSlice')
add('resource.k8s.io/v1', 'ResourceV1', 'ResourceClaim')
add('apiextensions.k8s.io/v1', 'V1', 'CustomResourceDefinition')
add('authentication.k8s.io/v1', 'V1', 'TokenReview SelfSubjectReview')
add('authentication.k8s.io/v1', 'AuthenticationV1', 'TokenRequest')
add(
  'authorization.k8s.io/v1',
  'V1',
  'SelfSubjectAccessReview SubjectAccessReview LocalSubjectAccessReview SelfSubjectRulesReview',
)

/** One letter a basic type; [] and {} before it for lists and maps. */
function typeCode(type, format) {
  const list = type.match(/^Array<(.*)>$/)
  if (list) return `[]${typeCode(list[1], format)}`
  const map = type.match(/^\{ \[key: string\]: (.*); \}$/)
  if (map) return `{}${typeCode(map[1], format)}`
  if (format === 'byte') return 'y'
  if (format === 'int-or-string') return 'x'
  if (format === 'date-time') return 't'
  if (format === 'date-time-micro') return 'u'
  if (type === 'string') return 's'
  if (type === 'boolean') return 'b'
  if (type === 'number') return { int32: 'i', int64: 'l', double: 'd' }[format]
  if (type === 'any') return '*'
  if (!classes[type]?.attributeTypeMap) throw new Error(`unknown type ${type} (${format})`)
  return shortName(type)
}

const baseType = (type) => type.replaceAll(/Array<|>|\{ \[key: string\]: |; \}/g, '')

const types = new Map()
/** type -> what is said of it and of its fields, in the order of the fields; texts that are said often are kept once. */
const descriptions = new Map()

const flat = (text) => text.replaceAll(/\s+/g, ' ')

/** What has been said otherwise since. */
const newer = {
  'Probe.exec': 'Exec specifies a command to execute in the container.',
  'Probe.grpc': 'GRPC specifies a GRPC HealthCheckRequest.',
  'Probe.httpGet': 'HTTPGet specifies an HTTP GET request to perform.',
  'Probe.tcpSocket': 'TCPSocket specifies a connection to a TCP port.',
  'LifecycleHandler.exec': 'Exec specifies a command to execute in the container.',
  'LifecycleHandler.httpGet': 'HTTPGet specifies an HTTP GET request to perform.',
}
/** Where the client has nothing of the field itself, it may say what the type is. */
const isOfType = /^$|^(IntOrString|Quantity) is a /
const ofMetadata = 'Standard object\'s metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata'

/** The client's words, with the line breaks of the others where these say the same; the others' where the client has none. */
const wordsOf = (description, other = '') => (isOfType.test(description) || flat(description) === flat(other) ? other : description)

function visit(name) {
  const key = shortName(name)
  if (types.has(key)) return
  types.set(key, '')
  const { description, fields } = modelOf(name)
  const also = documentedType(name, fields.map((field) => field.name))
  const texts = fields.map((field) => [field.name, wordsOf(field.description, newer[`${key}.${field.name}`] ?? also?.fields.get(field.name) ?? (field.type === 'V1ObjectMeta' ? ofMetadata : ''))])
  descriptions.set(key, { '': wordsOf(description, also?.text), ...Object.fromEntries(texts.filter(([, text]) => text !== '')) })
  types.set(key, fields.map((field) => `${field.name}${field.isRequired ? '!' : ''}:${typeCode(field.type, field.format)}`).toSorted().join(','))
  for (const { type } of fields) if (classes[baseType(type)]?.attributeTypeMap) visit(baseType(type))
}

readDocumented(root)
visit(kinds['v1/Pod'])
// kubectl reads the metadata of every manifest as that of a ConfigMap.
visit(kinds['v1/ConfigMap'])
const inPods = new Set(types.keys())
for (const name of Object.values(kinds)) visit(name)

const quoted = (text) => `'${text}'`
const linesOf = (wanted) =>
  [...types]
    .filter(([key]) => wanted(key))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, fields]) => `  ${quoted(key)}: ${quoted(fields)},`)
    .join('\n')
const kindLines = Object.entries(kinds).map(([key, name]) => `  ${quoted(key)}: ${quoted(shortName(name))},`)

writeFileSync(
  target,
  `// Written by scripts/generate-schema.mjs; do not edit.

/** apiVersion/kind -> type. */
export const kindTypes: Readonly<Record<string, string>> = {
${kindLines.join('\n')}
}

/**
 * type -> "field:code,..."; "!" after a required field. Codes: s string, b boolean, i int32, l int64,
 * d double, t Time, u MicroTime, x IntOrString, y bytes, * anything, [] list of, {} map of, or a type.
 */
export const podTypes: Readonly<Record<string, string>> = {
${linesOf((key) => inPods.has(key))}
}
`,
)

writeFileSync(
  targetOfKinds,
  `// Written by scripts/generate-schema.mjs; do not edit.

/** What only other kinds than Pod have in them, written like podTypes of schema.generated.ts. */
export const types: Readonly<Record<string, string>> = {
${linesOf((key) => !inPods.has(key))}
}
`,
)

for (const name of ['Quantity', 'Time', 'MicroTime']) descriptions.set(name, { '': documentedType(name, [])?.text ?? '' })
descriptions.set('IntOrString', {
  '': 'IntOrString is a type that can hold an int32 or a string.  When used in JSON or YAML marshalling and unmarshalling, it produces or consumes the inner type.  This allows you to have, for example, a JSON field that can accept a name or number.',
})

writeFileSync(
  join(root, 'src/kubectl/explain/descriptions.generated.ts'),
  `// Written by scripts/generate-schema.mjs; do not edit.

/** type -> field -> what the API's documentation says of it; '' is the type itself. */
export const texts: Readonly<Record<string, Readonly<Record<string, string>>>> = ${JSON.stringify(Object.fromEntries([...descriptions].toSorted(([a], [b]) => (a < b ? -1 : 1))))}
`,
)
