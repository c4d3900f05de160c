import { type Fields, type Resource, walk } from './resource.ts'

/** Fields that name another object: [its kind, the field that holds the name, the fields that lead there]. */
const references: readonly (readonly [kind: string, field: string, within: RegExp])[] = [
  ['ConfigMap', 'name', /(^|\.)(configMap|configMapKeyRef|configMapRef)$/],
  ['Secret', 'secretName', /(^|\.)(secret|tls)$/],
  ['Secret', 'name', /(^|\.)(secretKeyRef|secretRef|imagePullSecrets|projected\.sources\.secret)$/],
  ...['auth-secret', 'auth-tls-secret'].map((name) => ['Secret', `nginx.ingress.kubernetes.io/${name}`, /^metadata\.annotations$/] as const),
  ['PersistentVolume', 'volumeName', /^spec$/],
  ['PersistentVolumeClaim', 'claimName', /persistentVolumeClaim$/],
  ['ServiceAccount', 'serviceAccountName', /(^|\.)spec$/],
  ['Service', 'serviceName', /^spec$/],
  ['Service', 'name', /(^|\.)(backend|defaultBackend)\.service$/],
  ['PriorityClass', 'priorityClassName', /(^|\.)spec$/],
  ['StorageClass', 'storageClassName', /(^|\.)spec$/],
]
/** Those that name a kind, too. */
const byKind = /(^|\.)(scaleTargetRef|roleRef|subjects|targetRef)$/

/** Whoever named an object by a name that it no longer has names it by its new one (kustomize nameReference transformer). */
export function followNames(resources: readonly Resource[]): void {
  const renamed = new Map<string, string>()
  for (const { object, names } of resources) for (const old of names) if (old !== object['metadata'].name) renamed.set(`${object['kind']}/${old}`, object['metadata'].name)
  if (renamed.size === 0) return
  for (const { object } of resources) {
    walk(object, (fields, path) => {
      const where = path.join('.')
      if (path.includes('ephemeralContainers')) return
      if (where === 'rules' && Array.isArray(fields['resourceNames'])) fields['resourceNames'] = fields['resourceNames'].map((name: string) => renamed.get(`ConfigMap/${name}`) ?? renamed.get(`Secret/${name}`) ?? name)
      for (const [kind, field, within] of references) if (within.test(where)) follow(fields, field, kind, renamed)
      if (byKind.test(where)) follow(fields, 'name', fields['kind'], renamed)
    })
  }
}

function follow(fields: Fields, field: string, kind: string, renamed: ReadonlyMap<string, string>): void {
  const now = renamed.get(`${kind}/${fields[field]}`)
  if (now !== undefined) fields[field] = now
}
