import { clusterDnsAddress, clusterDomain, nodeResolver, searchList } from '../api/cluster-domain.ts'
import type { Pod } from '../api/types.ts'

const longestHostname = 63

/** What a pod calls itself: its name, cut to what a DNS label allows, unless its spec says otherwise (GeneratePodHostNameAndDomain). */
export function hostnameOf({ metadata, spec }: Pod): { hostname: string; domain: string } {
  const hostname = spec.hostname || metadata.name.slice(0, longestHostname).replace(/[-.]+$/, '')
  const domain = spec.subdomain ? `${spec.subdomain}.${metadata.namespace}.svc.${clusterDomain}` : ''
  return { hostname: spec.setHostnameAsFQDN === true && domain !== '' ? `${hostname}.${domain}` : hostname, domain }
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
  const { hostname, domain } = hostnameOf(pod)
  const onHost = pod.spec.hostNetwork === true
  const head = `# Kubernetes-managed hosts file${onHost ? ' (host network)' : ''}.\n${localNames}`
  const names = domain === '' || hostname.endsWith(domain) ? hostname : `${hostname}.${domain}\t${hostname}`
  const own = onHost || podIP === '' ? '' : `${podIP}\t${names}\n`
  const aliases = (pod.spec.hostAliases ?? []).map(({ ip, hostnames = [] }) => `${ip}\t${hostnames.join('\t')}\n`)
  return head + own + (aliases.length === 0 ? '' : `\n# Entries added by HostAliases.\n${aliases.join('')}`)
}

interface Resolver {
  searches: string[]
  servers: string[]
  options: string[]
}

/** /etc/resolv.conf by the pod's DNS policy, with what its dnsConfig adds (pkg/kubelet/network/dns). */
export function resolvConf({ metadata, spec }: Pod): string {
  const ofCluster: Resolver = {
    searches: searchList(metadata.namespace!),
    servers: [clusterDnsAddress],
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
  const all = { searches: unique([...base.searches, ...searches]), servers: unique([...base.servers, ...nameservers]), options: [...kept, ...given] }
  const line = (word: string, values: string[]): string => (values.length === 0 ? '' : `${word} ${values.join(' ')}\n`)
  return line('search', all.searches) + all.servers.map((server) => `nameserver ${server}\n`).join('') + line('options', all.options)
}

function unique(list: string[]): string[] {
  return [...new Set(list)]
}
