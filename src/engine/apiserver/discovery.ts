import { apiServerEndpoint } from '../api/cluster-domain.ts'
import { apiVersionOf, resources, type ResourceInfo } from '../api/resources.ts'
import type { CustomResource } from '../api/custom/kind.ts'
import type { KubeObject } from '../api/types.ts'
import { kubernetesVersion } from '../api/version.ts'
import { healthPaths } from './health.ts'
import { openapi } from './openapi.ts'
import { swagger } from './openapi-v2.ts'

/** What /version says (k8s.io/apimachinery/pkg/version Info). */
export const serverVersion = {
  major: '1',
  minor: '34',
  emulationMajor: '1',
  emulationMinor: '34',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '33',
  gitVersion: kubernetesVersion,
  gitCommit: 'unknown',
  gitTreeState: 'clean',
  buildDate: '2026-01-01T00:00:00Z',
  goVersion: 'go1.24.4',
  compiler: 'gc',
  platform: 'linux/amd64',
}

const serverAddress = `${apiServerEndpoint.ip}:${apiServerEndpoint.port}`

/** Who signs the tokens of service accounts (ServiceAccountIssuerDiscovery). */
const openidConfiguration = {
  issuer: 'https://kubernetes.default.svc.cluster.local',
  jwks_uri: `https://${serverAddress}/openid/v1/jwks`,
  response_types_supported: ['id_token'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256'],
}

/** With which they are signed: a key of the page's own, which signs nothing anywhere else. */
const signingKeys = { keys: [{ use: 'sig', kty: 'RSA', kid: 'podreel', alg: 'RS256', n: 'cG9kcmVlbA', e: 'AQAB' }] }

/**
 * The answer to a path that is no resource: which groups, versions and resources there are, the server's version. Undefined:
 * there is nothing. `added` is what other servers serve behind this one.
 */
export function discover(path: string, aggregated: boolean, added: readonly ResourceInfo[] = []): KubeObject | string | undefined {
  const served = added.length === 0 ? builtIn : new Served([...resources, ...added])
  const [root, group, version, ...rest] = path.split('/').filter((part) => part !== '')
  if (path === '/version' || path === '/version/') return serverVersion as never
  if (path === '/' || path === '/index.html') return { paths: pathsOf(served) } as never
  if (path === '/openapi/v2') return swagger(added.filter((info): info is CustomResource => info.custom !== undefined))
  if (path === '/openapi/v3' || path.startsWith('/openapi/v3/')) return openapi(path, added.filter((info): info is CustomResource => info.custom !== undefined))
  if (path === '/.well-known/openid-configuration') return openidConfiguration as never
  if (path === '/openid/v1/jwks') return signingKeys as never
  if (root === 'api' && version === undefined) {
    if (group === 'v1') return resourceList(served, 'v1')
    if (group !== undefined) return undefined
    return aggregated ? groupDiscovery(served, [coreGroup]) : ({ kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress }] } as never)
  }
  if (root !== 'apis' || rest.length > 0) return undefined
  if (group === undefined) return aggregated ? groupDiscovery(served, served.groups) : ({ kind: 'APIGroupList', apiVersion: 'v1', groups: served.groups.map(describeGroup) } as never)
  const found = served.groups.find(({ name }) => name === group)
  if (found === undefined) return undefined
  if (version === undefined) return { kind: 'APIGroup', apiVersion: 'v1', ...describeGroup(found) } as never
  return found.versions.includes(version) ? resourceList(served, `${group}/${version}`) : undefined
}

/** What there is besides objects, and where their groups begin (apiserver/pkg/server/routes/index.go). */
function pathsOf({ groups }: Served): string[] {
  const ofGroups = groups.flatMap(({ name, versions }) => [`/apis/${name}`, ...versions.map((version) => `/apis/${name}/${version}`)])
  const others = ['/.well-known/openid-configuration', '/api', '/api/v1', '/apis', '/apis/', '/metrics', '/openapi/v2', '/openapi/v3', '/openapi/v3/', '/openid/v1/jwks', '/version']
  return [...others, ...ofGroups, ...healthPaths].sort()
}

interface Group {
  name: string
  /** The preferred one first. */
  versions: string[]
}

const coreGroup: Group = { name: '', versions: ['v1'] }

/** Everything that is served, by group. */
class Served {
  /** In the order of the table, which is that of /apis. */
  readonly groups: readonly Group[]
  private readonly infos: readonly ResourceInfo[]

  constructor(infos: readonly ResourceInfo[]) {
    this.infos = infos
    this.groups = [...new Set(infos.map(({ group }) => group))]
      .filter((group) => group !== '')
      .map((name) => ({ name, versions: [...new Set(infos.filter(({ group }) => group === name).map(({ version }) => version))] }))
  }

  ofVersion(groupVersion: string): ResourceInfo[] {
    return this.infos.filter((info) => apiVersionOf(info) === groupVersion)
  }
}

const builtIn = new Served(resources)

const groupVersionOf = (group: string, version: string): string => apiVersionOf({ group, version })

function describeGroup({ name, versions }: Group) {
  const described = versions.map((version) => ({ groupVersion: groupVersionOf(name, version), version }))
  return { name, versions: described, preferredVersion: described[0] }
}

interface Part {
  kind: string
  verbs: readonly string[]
  group?: string
  version?: string
}

const streamed = ['create', 'get']
const passedOn = ['create', 'delete', 'get', 'patch', 'update']
const changed = ['get', 'patch', 'update']
const named: Readonly<Record<string, string>> = { nodes: 'Node', pods: 'Pod', services: 'Service' }

/** What kind a subresource speaks, and with which verbs. */
function partOf(info: ResourceInfo, subresource: string): Part {
  switch (subresource) {
    case 'attach':
      return { kind: 'PodAttachOptions', verbs: streamed }
    case 'exec':
      return { kind: 'PodExecOptions', verbs: streamed }
    case 'portforward':
      return { kind: 'PodPortForwardOptions', verbs: streamed }
    case 'proxy':
      return { kind: `${named[info.plural]}ProxyOptions`, verbs: passedOn }
    case 'binding':
      return { kind: 'Binding', verbs: ['create'] }
    case 'eviction':
      return { kind: 'Eviction', verbs: ['create'], group: 'policy', version: 'v1' }
    case 'token':
      return { kind: 'TokenRequest', verbs: ['create'], group: 'authentication.k8s.io', version: 'v1' }
    case 'scale':
      return { kind: 'Scale', verbs: changed, group: 'autoscaling', version: 'v1' }
    case 'log':
      return { kind: info.kind, verbs: ['get'] }
    case 'finalize':
      return { kind: info.kind, verbs: ['update'] }
    default:
      return { kind: info.kind, verbs: changed }
  }
}

/** What may be done with a subresource, "proxy/path" among them. */
export const verbsOf = (info: ResourceInfo, subresource: string): readonly string[] => partOf(info, subresource.split('/', 1)[0]!).verbs

/** meta/v1 APIResourceList of one group and version, in the order of the names. */
function resourceList(served: Served, groupVersion: string): KubeObject {
  const list = served.ofVersion(groupVersion).flatMap((info) => {
    const { plural: name, singular: singularName, namespaced, kind, verbs, shortNames, categories } = info
    const hash = storageVersionHashes[`${groupVersion}/${name}`]
    const own = {
      name, singularName, namespaced, kind, verbs,
      ...(shortNames.length === 0 ? {} : { shortNames }),
      ...(categories.length === 0 ? {} : { categories }),
      ...(hash === undefined ? {} : { storageVersionHash: hash }),
    }
    const parts = info.subresources.map((subresource) => {
      const { kind: partKind, verbs: partVerbs, group, version } = partOf(info, subresource)
      return { name: `${name}/${subresource}`, singularName: '', namespaced, ...(group === undefined ? {} : { group, version }), kind: partKind, verbs: partVerbs }
    })
    return [own, ...parts]
  })
  // Only groups say which version of discovery they speak.
  const apiVersion = groupVersion === 'v1' ? {} : { apiVersion: 'v1' }
  return { kind: 'APIResourceList', ...apiVersion, groupVersion, resources: list } as never
}

/** apidiscovery.k8s.io/v2: all of it in one answer, as kubectl asks for it. */
function groupDiscovery(served: Served, list: readonly Group[]): KubeObject {
  const items = list.map(({ name, versions }) => ({
    metadata: { name, creationTimestamp: null },
    versions: versions.map((version) => ({ version, resources: served.ofVersion(groupVersionOf(name, version)).map(resourceDiscovery), freshness: 'Current' })),
  }))
  return { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items } as never
}

function resourceDiscovery(info: ResourceInfo) {
  const { group, version, kind, plural, singular, namespaced, verbs, shortNames, categories } = info
  return {
    resource: plural,
    responseKind: { group, version, kind },
    scope: namespaced ? 'Namespaced' : 'Cluster',
    singularResource: singular,
    verbs,
    ...(shortNames.length === 0 ? {} : { shortNames }),
    ...(categories.length === 0 ? {} : { categories }),
    ...(info.subresources.length === 0 ? {} : {
      subresources: info.subresources.map((subresource) => {
        const part = partOf(info, subresource)
        return { subresource, responseKind: { group: part.group ?? group, version: part.version ?? version, kind: part.kind }, verbs: part.verbs }
      }),
    }),
  }
}

/** Of "group/version/kind" as stored: the first eight bytes of its SHA-256. */
const storageVersionHashes: Readonly<Record<string, string>> = {
  'v1/configmaps': 'qFsyl6wFWjQ=',
  'v1/endpoints': 'fWeeMqaN/OA=',
  'v1/events': 'r2yiGXH7wu8=',
  'v1/limitranges': 'EBKMFVe6cwo=',
  'v1/namespaces': 'Q3oi5N2YM8M=',
  'v1/nodes': 'XwShjMxG9Fs=',
  'v1/persistentvolumeclaims': 'QWTyNDq0dC4=',
  'v1/persistentvolumes': 'HN/zwEC+JgM=',
  'v1/pods': 'xPOwRZ+Yhw8=',
  'v1/podtemplates': 'LIXB2x4IFpk=',
  'v1/replicationcontrollers': 'Jond2If31h0=',
  'v1/resourcequotas': '8uhSgffRX6w=',
  'v1/secrets': 'S6u1pOWzb84=',
  'v1/serviceaccounts': 'pbx9ZvyFpBE=',
  'v1/services': '0/CO1lhkEBI=',
  'apps/v1/controllerrevisions': '85nkx63pcBU=',
  'apps/v1/daemonsets': 'dd7pWHUlMKQ=',
  'apps/v1/deployments': '8aSe+NMegvE=',
  'apps/v1/replicasets': 'P1RzHs8/mWQ=',
  'apps/v1/statefulsets': 'H+vl74LkKdo=',
  'autoscaling/v1/horizontalpodautoscalers': 'qwQve8ut294=',
  'autoscaling/v2/horizontalpodautoscalers': 'qwQve8ut294=',
  'batch/v1/cronjobs': 'sd5LIXh4Fjs=',
  'batch/v1/jobs': 'mudhfqk/qZY=',
  'coordination.k8s.io/v1/leases': 'gqkMMb/YqFM=',
  'discovery.k8s.io/v1/endpointslices': 'qgS0xkrxYAI=',
  'events.k8s.io/v1/events': 'r2yiGXH7wu8=',
  'networking.k8s.io/v1/ingressclasses': 'l/iqIbDgFyQ=',
  'networking.k8s.io/v1/ingresses': '39NQlfNR+bo=',
  'networking.k8s.io/v1/ipaddresses': '3f/plJFChNE=',
  'networking.k8s.io/v1/networkpolicies': 'YpfwF18m1G8=',
  'networking.k8s.io/v1/servicecidrs': 'gNLvruQhW2g=',
  'node.k8s.io/v1/runtimeclasses': 'WQTu1GL3T2Q=',
  'policy/v1/poddisruptionbudgets': 'EVWiDmWqyJw=',
  'rbac.authorization.k8s.io/v1/clusterrolebindings': '48tpQ8gZHFc=',
  'rbac.authorization.k8s.io/v1/clusterroles': 'bYE5ZWDrJ44=',
  'rbac.authorization.k8s.io/v1/rolebindings': 'eGsCzGH6b1g=',
  'rbac.authorization.k8s.io/v1/roles': '7FuwZcIIItM=',
  'scheduling.k8s.io/v1/priorityclasses': '1QwjyaZjj3Y=',
  'storage.k8s.io/v1/csidrivers': 'hL6j/rwBV5w=',
  'storage.k8s.io/v1/csinodes': 'Pe62DkZtjuo=',
  'storage.k8s.io/v1/csistoragecapacities': 'xeVl+2Ly1kE=',
  'storage.k8s.io/v1/storageclasses': 'K+m6uJwbjGY=',
  'storage.k8s.io/v1/volumeattachments': 'tJx/ezt6UDU=',
  'storage.k8s.io/v1/volumeattributesclasses': 'Bl3MtjZ/n/s=',
  'admissionregistration.k8s.io/v1/mutatingwebhookconfigurations': 'Sqi0GUgDaX0=',
  'admissionregistration.k8s.io/v1/validatingadmissionpolicies': '6OxvlMmQ6is=',
  'admissionregistration.k8s.io/v1/validatingadmissionpolicybindings': 'v9715VZqakg=',
  'admissionregistration.k8s.io/v1/validatingwebhookconfigurations': 'B0wHjQmsGNk=',
  'apiextensions.k8s.io/v1/customresourcedefinitions': 'M5uH+AlWATY=',
  'apiregistration.k8s.io/v1/apiservices': 'InPBPD7+PqM=',
  'certificates.k8s.io/v1/certificatesigningrequests': '95fRKMXA+00=',
  'flowcontrol.apiserver.k8s.io/v1/flowschemas': 'GJVAJZSZBIw=',
  'flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations': 'Kir5PVfvNeI=',
}
