import { toBase64 } from '../api/base64.ts'
import { kubeletConfigurationOfKubeadm, type KubeletConfiguration } from '../api/kubeletConfiguration.ts'
import { apiServerEndpoint, clusterDomain, podNetwork, serviceNetwork } from '../api/cluster-domain.ts'
import { formatTime } from '../api/time.ts'
import { kubernetesVersion } from '../api/version.ts'
import { rootCertificate } from '../api/rootCertificate.ts'
import { yamlText } from '../api/yamlText.ts'

/** What kubeadm writes down of the cluster for those who join it later (cmd/kubeadm/app/phases/uploadconfig, kubelet, bootstraptoken). */

const map = (namespace: string, name: string, data: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace },
  data,
})

const clusterConfiguration = {
  apiServer: {},
  apiVersion: 'kubeadm.k8s.io/v1beta4',
  caCertificateValidityPeriod: '87600h0m0s',
  certificateValidityPeriod: '8760h0m0s',
  certificatesDir: '/etc/kubernetes/pki',
  clusterName: 'kubernetes',
  controllerManager: {},
  dns: {},
  encryptionAlgorithm: 'RSA-2048',
  etcd: { local: { dataDir: '/var/lib/etcd' } },
  imageRepository: 'registry.k8s.io',
  kind: 'ClusterConfiguration',
  kubernetesVersion,
  networking: { dnsDomain: clusterDomain, podSubnet: podNetwork, serviceSubnet: serviceNetwork },
  proxy: {},
  scheduler: {},
}

const cluster = {
  'certificate-authority-data': toBase64(rootCertificate),
  server: `https://${apiServerEndpoint.ip}:${apiServerEndpoint.port}`,
}

/** A kubeconfig of one of the components, or of the administrator: who it is, its certificate says. */
export function kubeconfigOf(user: string, { certificate, key }: { certificate: string; key: string }): string {
  return yamlText({
    apiVersion: 'v1',
    clusters: [{ cluster, name: 'kubernetes' }],
    contexts: [{ context: { cluster: 'kubernetes', user }, name: `${user}@kubernetes` }],
    'current-context': `${user}@kubernetes`,
    kind: 'Config',
    users: [
      {
        name: user,
        user: {
          'client-certificate-data': toBase64(certificate),
          'client-key-data': toBase64(key),
        },
      },
    ],
  })
}

const clusterInfo = yamlText({
  apiVersion: 'v1',
  clusters: [{ cluster, name: '' }],
  contexts: null,
  'current-context': '',
  kind: 'Config',
  users: null,
})

export const configMaps = (kubelet: KubeletConfiguration = {}, sinceMs = 0): object[] => [
  map('kube-public', 'cluster-info', { kubeconfig: clusterInfo }),
  // The API server writes down for other servers whom it trusts (pkg/controlplane/controller/clusterauthenticationtrust).
  map('kube-system', 'extension-apiserver-authentication', {
    'client-ca-file': rootCertificate,
    'requestheader-allowed-names': '["front-proxy-client"]',
    'requestheader-client-ca-file': rootCertificate,
    'requestheader-extra-headers-prefix': '["X-Remote-Extra-"]',
    'requestheader-group-headers': '["X-Remote-Group"]',
    'requestheader-username-headers': '["X-Remote-User"]',
  }),
  // Since when the API server notes who comes with a token out of a Secret (pkg/controlplane/controller/legacytokentracking).
  map('kube-system', 'kube-apiserver-legacy-service-account-token-tracking', { since: formatTime(sinceMs).slice(0, 10) }),
  map('kube-system', 'kubeadm-config', { ClusterConfiguration: yamlText(clusterConfiguration) }),
  map('kube-system', 'kubelet-config', { kubelet: yamlText({ ...kubeletConfigurationOfKubeadm, ...kubelet }) }),
]
