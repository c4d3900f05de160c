/** Domain and DNS server of the cluster (KubeletConfiguration clusterDomain and clusterDNS). */
export const clusterDomain = 'cluster.local'
export const clusterDnsAddress = '10.96.0.10'
/** Addresses of pods (--cluster-cidr) and of Services (--service-cluster-ip-range), as kubeadm's documentation has them. */
export const podNetwork = '10.244.0.0/16'
export const serviceNetwork = '10.96.0.0/12'
/** Where the API server listens. */
export const apiServerEndpoint = { ip: '10.99.255.1', port: 6443 }
/** What a node itself asks. */
export const nodeResolver = '10.96.0.2'

/** What is tried behind a name that is not given in full. */
export function searchList(namespace: string): string[] {
  return [`${namespace}.svc.${clusterDomain}`, `svc.${clusterDomain}`, clusterDomain]
}
