import { clusterDnsAddress, nodeResolver } from '../api/cluster-domain.ts'
import { isWorldAddress } from '../api/world.ts'
import type { DnsQuestion, DnsReply } from '../runtime/container-os.ts'
import type { ClusterDns } from './cluster-dns.ts'

/**
 * What a DNS server says to one question. The cluster's knows the cluster, and asks the world for the rest, as the servers of
 * the world do for everything; at any other address nobody answers.
 */
export function serverAnswer(
  { server, name, type }: DnsQuestion,
  dns: ClusterDns | undefined,
  publicNames: (host: string) => string | undefined,
): DnsReply | 'world' | undefined {
  const isCluster = server === clusterDnsAddress
  if (isCluster ? dns === undefined : !isWorldAddress(server) && server !== nodeResolver) return undefined
  const found = isCluster ? dns!.query(name, type) : undefined
  if (found !== undefined) return found
  const address = publicNames(name.replace(/\.$/, ''))
  if (address === undefined) return 'world'
  return { status: 'NOERROR', authoritative: false, answers: type === 'A' ? [{ name, type, ttl: 60, data: address }] : [] }
}
