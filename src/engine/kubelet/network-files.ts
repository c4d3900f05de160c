import type { KubeletFile } from '../api/kubeletConfiguration.ts'
import { clusterDnsAddress, clusterDomain, nodeResolver, searchList } from '../api/cluster-domain.ts'
import type { Pod } from '../api/types.ts'

const longestHostname = 63

/** A pod's name among others: its own, cut to what a DNS label allows, unless its spec says otherwise (GeneratePodHostNameAndDomain). */
function nameAndDomain({ metadata, spec }: Pod): { name: string; domain: string } {
  const name = spec.hostname || metadata.name.slice(0, longestHostname).replace(/[-.]+$/, '')
  return { name, domain: spec.subdomain ? `${spec.subdomain}.${metadata.namespace}.svc.${clusterDomain}` : '' }
}

/** What the kernel has room for. */
const longestNodename = 64

/** What a pod calls itself; its whole name may be too long for that (GetNodenameForKernel). */
export function hostnameOf(pod: Pod): string | { error: string } {
  const { name, domain } = nameAndDomain(pod)
  if (pod.spec.setHostnameAsFQDN !== true || domain === '') return name
  const whole = `${name}.${domain}`
  if (whole.length <= longestNodename) return whole
  const length = `${longestNodename} characters is the max, ${whole.length} characters requested`
  return { error: `failed to construct FQDN from pod hostname and cluster domain, FQDN ${whole} is too long (${length})` }
}

const localNames = `127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
fe00::0\tip6-localnet
fe00::0\tip6-mcastprefix
fe00::1\tip6-allnodes
fe00::2\tip6-allrouters
`

/** /etc/hosts, which the kubelet writes for every container (pkg/kubelet/kubelet_pods.go managedHostsFileContent). */
export function hostsFile(pod: Pod, podIP: string): string {
  const { name, domain } = nameAndDomain(pod)
  const onHost = pod.spec.hostNetwork === true
  const head = `# Kubernetes-managed hosts file${onHost ? ' (host network)' : ''}.\n${localNames}`
  const names = domain === '' ? name : `${name}.${domain}\t${name}`
  const own = onHost || podIP === '' ? '' : `${podIP}\t${names}\n`
  const aliases = (pod.spec.hostAliases ?? []).map(({ ip, hostnames = [] }) => `${ip}\t${hostnames.join('\t')}\n`)
  return head + own + (aliases.length === 0 ? '' : `\n# Entries added by HostAliases.\n${aliases.join('')}`)
}

interface Resolver {
  searches: string[]
  servers: string[]
  options: string[]
}

/** What a resolver reads at most (pkg/apis/core/validation MaxDNSNameservers, MaxDNSSearchPaths, MaxDNSSearchListChars). */
const most = { servers: 3, searches: 32, searchLength: 2048 }

/**
 * /etc/resolv.conf by the pod's DNS policy, with what its dnsConfig adds (pkg/kubelet/network/dns); `omitted`: what is told of what a resolver
 * would not read, which is left out.
 */
export function resolvConf({ metadata, spec }: Pod, { clusterDNS = [clusterDnsAddress] }: Pick<KubeletFile, 'clusterDNS'> = {}): { text: string; omitted: string[] } {
  const ofCluster: Resolver = {
    searches: searchList(metadata.namespace!),
    servers: [...clusterDNS],
    options: ['ndots:5'],
  }
  const ofNode: Resolver = { searches: [], servers: [nodeResolver], options: [] }
  const policy = spec.dnsPolicy ?? 'ClusterFirst'
  const base =
    policy === 'None' ? { searches: [], servers: [], options: [] }
    : policy === 'Default' || (policy === 'ClusterFirst' && spec.hostNetwork === true) ? ofNode
    : ofCluster
  const { searches = [], nameservers = [], options = [] } = spec.dnsConfig ?? {}
  const given = options.map(({ name, value }) => (value ? `${name}:${value}` : name!))
  const kept = base.options.filter((option) => !given.some((other) => other.split(':')[0] === option.split(':')[0]))
  const wanted = { searches: unique([...base.searches, ...searches]), servers: unique([...base.servers, ...nameservers]) }
  const read = { searches: searchesWithin(wanted.searches), servers: wanted.servers.slice(0, most.servers) }
  const line = (word: string, values: string[]): string => (values.length === 0 ? '' : `${word} ${values.join(' ')}\n`)
  const text = line('search', read.searches) + read.servers.map((server) => `nameserver ${server}\n`).join('') + line('options', [...kept, ...given])
  const omitted: string[] = []
  if (read.servers.length < wanted.servers.length) {
    omitted.push(`Nameserver limits were exceeded, some nameservers have been omitted, the applied nameserver line is: ${read.servers.join(' ')}`)
  }
  if (read.searches.length < wanted.searches.length) {
    omitted.push(`Search Line limits were exceeded, some search paths have been omitted, the applied search line is: ${read.searches.join(' ')}`)
  }
  return { text, omitted }
}

function searchesWithin(searches: string[]): string[] {
  const kept = searches.slice(0, most.searches)
  while (kept.join(' ').length > most.searchLength) kept.pop()
  return kept
}

function unique(list: string[]): string[] {
  return [...new Set(list)]
}
