import { apiServerEndpoint, podNetwork } from '../../api/cluster-domain.ts'
import { kubeletConfigurationOfKubeadm, type KubeletConfiguration } from '../../api/kubeletConfiguration.ts'
import { rootCertificate } from '../../api/rootCertificate.ts'
import { yamlText } from '../../api/yamlText.ts'
import { runtimeSocket } from '../../runtime/node/services.ts'

/** With the socket of the machine's runtime, which kubeadm adds on each node. */
const kubeletConfiguration = { ...kubeletConfigurationOfKubeadm, containerRuntimeEndpoint: `unix://${runtimeSocket}` }

export const kubeletPaths = {
  configuration: '/var/lib/kubelet/config.yaml',
  kubeconfig: '/etc/kubernetes/kubelet.conf',
  unit: '/usr/lib/systemd/system/kubelet.service',
}

const clientCertificate = '/var/lib/kubelet/pki/kubelet-client-current.pem'

const kubeconfig = (node: string): string => yamlText({
  apiVersion: 'v1',
  clusters: [{ cluster: { 'certificate-authority-data': btoa(rootCertificate), server: `https://${apiServerEndpoint.ip}:${apiServerEndpoint.port}` }, name: 'kubernetes' }],
  contexts: [{ context: { cluster: 'kubernetes', user: `system:node:${node}` }, name: `system:node:${node}@kubernetes` }],
  'current-context': `system:node:${node}@kubernetes`,
  kind: 'Config',
  users: [{ name: `system:node:${node}`, user: { 'client-certificate': clientCertificate, 'client-key': clientCertificate } }],
})

const fixed: Readonly<Record<string, string>> = {
  '/etc/crictl.yaml': `runtime-endpoint: unix://${runtimeSocket}\nimage-endpoint: unix://${runtimeSocket}\n`,
  '/etc/containerd/config.toml': "version = 3\n\n[plugins.'io.containerd.cri.v1.images'.pinned_images]\n  sandbox = 'registry.k8s.io/pause:3.10.1'\n\n[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]\n  SystemdCgroup = true\n",
  '/etc/cni/net.d/10-containerd-net.conflist': `${JSON.stringify({ cniVersion: '1.0.0', name: 'containerd-net', plugins: [{ type: 'bridge', bridge: 'cni0', isGateway: true, ipMasq: true, promiscMode: true, ipam: { type: 'host-local', ranges: [[{ subnet: podNetwork }]], routes: [{ dst: '0.0.0.0/0' }] } }, { type: 'portmap', capabilities: { portMappings: true } }] }, undefined, 2)}\n`,
  '/etc/sysctl.d/k8s.conf': 'net.bridge.bridge-nf-call-iptables  = 1\nnet.bridge.bridge-nf-call-ip6tables = 1\nnet.ipv4.ip_forward                 = 1\n',
  '/etc/modules-load.d/k8s.conf': 'overlay\nbr_netfilter\n',
  '/etc/fstab': '# <file system> <mount point>   <type>  <options>       <dump>  <pass>\n/dev/vda1 /               ext4    errors=remount-ro 0       1\n',
  '/etc/default/kubelet': 'KUBELET_EXTRA_ARGS=\n',
  '/etc/kubernetes/pki/ca.crt': rootCertificate,
  '/var/lib/kubelet/kubeadm-flags.env': `KUBELET_KUBEADM_ARGS="--container-runtime-endpoint=unix://${runtimeSocket} --pod-infra-container-image=registry.k8s.io/pause:3.10.1"\n`,
  [clientCertificate]: rootCertificate,
  '/var/lib/kubelet/pki/kubelet.crt': rootCertificate,
  '/var/lib/kubelet/pki/kubelet.key': '-----BEGIN RSA PRIVATE KEY-----\n-----END RSA PRIVATE KEY-----\n',
  [kubeletPaths.unit]: '[Unit]\nDescription=kubelet: The Kubernetes Node Agent\nDocumentation=https://kubernetes.io/docs/\nWants=network-online.target\nAfter=network-online.target\n\n[Service]\nExecStart=/usr/bin/kubelet\nRestart=always\nStartLimitInterval=0\nRestartSec=10\n\n[Install]\nWantedBy=multi-user.target\n',
  // cmd/krel/templates/latest/kubeadm/10-kubeadm.conf
  [`${kubeletPaths.unit}.d/10-kubeadm.conf`]: `# Note: This dropin only works with kubeadm and kubelet v1.11+
[Service]
Environment="KUBELET_KUBECONFIG_ARGS=--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=${kubeletPaths.kubeconfig}"
Environment="KUBELET_CONFIG_ARGS=--config=${kubeletPaths.configuration}"
# This is a file that "kubeadm init" and "kubeadm join" generates at runtime, populating the KUBELET_KUBEADM_ARGS variable dynamically
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
# This is a file that the user can use for overrides of the kubelet args as a last resort. Preferably, the user should use
# the .NodeRegistration.KubeletExtraArgs object in the configuration files instead. KUBELET_EXTRA_ARGS should be sourced from this file.
EnvironmentFile=-/etc/default/kubelet
ExecStart=
ExecStart=/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS
`,
  '/usr/lib/systemd/system/containerd.service': '[Unit]\nDescription=containerd container runtime\nDocumentation=https://containerd.io\nAfter=network.target dbus.service\n\n[Service]\nExecStart=/usr/bin/containerd\nRestart=always\nRestartSec=5\n\n[Install]\nWantedBy=multi-user.target\n',
  '/usr/lib/systemd/system/systemd-journald.service': '[Unit]\nDescription=Journal Service\n\n[Service]\nExecStart=/usr/lib/systemd/systemd-journald\nRestart=always\n',
  '/usr/lib/systemd/system/ssh.service': '[Unit]\nDescription=OpenBSD Secure Shell server\nDocumentation=man:sshd(8) man:sshd_config(5)\n\n[Service]\nExecStart=/usr/sbin/sshd -D\nRestart=on-failure\n\n[Install]\nWantedBy=multi-user.target\n',
}

export const configurationText = (said: KubeletConfiguration): string => yamlText({ ...kubeletConfiguration, ...said })

/** What lies on a node that has joined a cluster of kubeadm: path -> text. */
export function nodeConfiguration(node: string, ip: string, said: KubeletConfiguration): [path: string, text: string][] {
  return [
    ...Object.entries(fixed),
    [kubeletPaths.configuration, configurationText(said)],
    [kubeletPaths.kubeconfig, kubeconfig(node)],
    ['/etc/hosts', `127.0.0.1\tlocalhost\n${ip}\t${node}\n`],
  ]
}

/** Path -> where it leads. */
export const nodeLinks: Readonly<Record<string, string>> = Object.fromEntries(
  ['kubelet', 'containerd', 'ssh'].map((name) => [`/etc/systemd/system/multi-user.target.wants/${name}.service`, `/usr/lib/systemd/system/${name}.service`]),
)
