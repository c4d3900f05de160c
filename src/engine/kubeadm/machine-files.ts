import { apiServerEndpoint } from '../api/cluster-domain.ts'
import { rootCertificate } from '../api/rootCertificate.ts'
import { kubeconfigOf } from './configuration.ts'
import { staticPodManifests } from './static-pods.ts'

/** Who uses which of them, by kubeadm's names (cmd/kubeadm/app/phases/certs/certlist.go). */
const pairs = [
  'ca',
  'apiserver',
  'apiserver-kubelet-client',
  'front-proxy-ca',
  'front-proxy-client',
  'apiserver-etcd-client',
  'etcd/ca',
  'etcd/server',
  'etcd/peer',
  'etcd/healthcheck-client',
]

const users: Readonly<Record<string, string>> = {
  admin: 'kubernetes-admin',
  'super-admin': 'kubernetes-super-admin',
  kubelet: 'system:node:control-plane',
  'controller-manager': 'system:kube-controller-manager',
  scheduler: 'system:kube-scheduler',
}

const key = (name: string): string =>
  `-----BEGIN RSA PRIVATE KEY-----\n${btoa(`the key of ${name} in a film that everybody may see`)}\n-----END RSA PRIVATE KEY-----\n`

/** What `kubeadm init` leaves on the control plane's machine: path -> text. */
export const controlPlaneFiles: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Object.entries(users).map(([name, user]) => [`/etc/kubernetes/${name}.conf`, kubeconfigOf(user)]),
  ),
  ...Object.fromEntries(
    pairs.flatMap((name) => [
      [`/etc/kubernetes/pki/${name}.crt`, rootCertificate],
      [`/etc/kubernetes/pki/${name}.key`, key(name)],
    ]),
  ),
  '/etc/kubernetes/pki/sa.pub':
    '-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA\n-----END PUBLIC KEY-----\n',
  '/etc/kubernetes/pki/sa.key': key('sa'),
  ...Object.fromEntries(staticPodManifests.map(({ file, text }) => [`/etc/kubernetes/manifests/${file}`, text])),
  '/var/lib/etcd/member/wal/0000000000000000-0000000000000000.wal': '',
  '/etc/hosts': `127.0.0.1\tlocalhost\n${apiServerEndpoint.ip}\tcontrol-plane\n`,
}
