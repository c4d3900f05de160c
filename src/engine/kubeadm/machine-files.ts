import { apiServerEndpoint } from '../api/cluster-domain.ts'
import { rootCertificate } from '../api/rootCertificate.ts'
import { authorities, authorityOf, certificateOf, certificates, keyOf, kubeletCertificate, servingCertificate } from '../api/pki/kubeadm.ts'
import { kubeconfigOf } from './configuration.ts'
import { controlPlaneName } from './names.ts'
import { staticPodManifests } from './static-pods.ts'

const pki = '/etc/kubernetes/pki'

/** The kubeconfig of one whom a certificate of this name stands for: 'admin.conf'. */
export function kubeconfigFile(name: string, nowMs: number): string {
  const certificate = certificates.find((one) => one.name === name) ?? kubeletCertificate(controlPlaneName)
  const user = certificate.subject.find(([type]) => type === 'CN')![1]
  return kubeconfigOf(user, { certificate: certificateOf(certificate, nowMs), key: keyOf(certificate.name) })
}

/** What `kubeadm init` leaves on the control plane's machine when it is run at this moment (virtual ms): path -> text. */
export function controlPlaneFiles(nowMs: number): Record<string, string> {
  const files: Record<string, string> = {}
  for (const certificate of certificates) {
    const { name } = certificate
    if (name.endsWith('.conf')) files[`/etc/kubernetes/${name}`] = kubeconfigFile(name, nowMs)
    else {
      files[`${pki}/${name}.crt`] = certificateOf(certificate, nowMs)
      files[`${pki}/${name}.key`] = keyOf(name)
    }
  }
  for (const name of Object.keys(authorities)) {
    files[`${pki}/${name}.crt`] = authorityOf(name, nowMs)
    files[`${pki}/${name}.key`] = keyOf(authorities[name]!)
  }
  return {
    ...files,
    ...nodeFiles(controlPlaneName, nowMs),
    '/etc/kubernetes/kubelet.conf': kubeconfigFile('kubelet.conf', nowMs),
    // As everybody does who reads what kubeadm says at its end.
    '/root/.kube/config': files['/etc/kubernetes/admin.conf']!,
    [`${pki}/ca.crt`]: rootCertificate,
    [`${pki}/ca.key`]: keyOf('ca'),
    [`${pki}/sa.pub`]: '-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA\n-----END PUBLIC KEY-----\n',
    [`${pki}/sa.key`]: keyOf('sa'),
    ...Object.fromEntries(staticPodManifests.map(({ file, text }) => [`/etc/kubernetes/manifests/${file}`, text])),
    '/var/lib/etcd/member/wal/0000000000000000-0000000000000000.wal': '',
    '/etc/hosts': `127.0.0.1\tlocalhost\n${apiServerEndpoint.ip}\t${controlPlaneName}\n`,
  }
}

/** What `kubeadm join` leaves besides on a machine. */
export function nodeFiles(node: string, nowMs: number): Record<string, string> {
  const certificate = kubeletCertificate(node)
  const serving = servingCertificate(node, nowMs)
  return {
    '/var/lib/kubelet/pki/kubelet-client-current.pem': `${certificateOf(certificate, nowMs)}${keyOf(certificate.name)}`,
    '/var/lib/kubelet/pki/kubelet.crt': serving.certificate,
    '/var/lib/kubelet/pki/kubelet.key': serving.key,
  }
}
