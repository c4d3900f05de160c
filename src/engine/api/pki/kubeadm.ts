import { apiServerEndpoint } from '../cluster-domain.ts'
import { authorityKey, authorityName } from './authority.ts'
import { type KeyUsage, makeCertificate, type Name, privateKey, publicKeyOf } from './x509.ts'
import { sha256 } from '../digest.ts'

/** A pair of files under /etc/kubernetes/pki, or what a kubeconfig holds (cmd/kubeadm/app/phases/certs/certlist.go, phases/kubeconfig). */
export interface KubeadmCertificate {
  /** 'apiserver', 'etcd/server'; of a kubeconfig 'admin.conf'. */
  name: string
  subject: Name
  /** Who has signed it. */
  authority: 'ca' | 'etcd-ca' | 'front-proxy-ca'
  alternatives?: readonly string[]
  /** For clients, where nothing is said. */
  usages?: readonly KeyUsage[]
}

const { ip } = apiServerEndpoint
/** The machine on which `kubeadm init` was run. */
export const controlPlaneName = 'control-plane'
const admins = 'kubeadm:cluster-admins'
const etcdNames = [controlPlaneName, 'localhost', ip, '127.0.0.1']

/** In the order in which `kubeadm certs check-expiration` tells of them. */
export const certificates: readonly KubeadmCertificate[] = [
  { name: 'admin.conf', subject: [['O', admins], ['CN', 'kubernetes-admin']], authority: 'ca' },
  {
    name: 'apiserver',
    subject: [['CN', 'kube-apiserver']],
    authority: 'ca',
    usages: ['server'],
    alternatives: [
      controlPlaneName, 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local', '10.96.0.1', ip,
    ],
  },
  { name: 'apiserver-etcd-client', subject: [['CN', 'kube-apiserver-etcd-client']], authority: 'etcd-ca' },
  { name: 'apiserver-kubelet-client', subject: [['O', admins], ['CN', 'kube-apiserver-kubelet-client']], authority: 'ca' },
  { name: 'controller-manager.conf', subject: [['CN', 'system:kube-controller-manager']], authority: 'ca' },
  { name: 'etcd/healthcheck-client', subject: [['CN', 'kube-etcd-healthcheck-client']], authority: 'etcd-ca' },
  { name: 'etcd/peer', subject: [['CN', controlPlaneName]], authority: 'etcd-ca', alternatives: etcdNames, usages: ['server', 'client'] },
  { name: 'etcd/server', subject: [['CN', controlPlaneName]], authority: 'etcd-ca', alternatives: etcdNames, usages: ['server', 'client'] },
  { name: 'front-proxy-client', subject: [['CN', 'front-proxy-client']], authority: 'front-proxy-ca' },
  { name: 'scheduler.conf', subject: [['CN', 'system:kube-scheduler']], authority: 'ca' },
  { name: 'super-admin.conf', subject: [['O', 'system:masters'], ['CN', 'kubernetes-super-admin']], authority: 'ca' },
]

/** Authorities besides the cluster's own, by the name of their files. */
export const authorities: Readonly<Record<string, string>> = { 'front-proxy-ca': 'front-proxy-ca', 'etcd/ca': 'etcd-ca' }

const yearMs = 365 * 86_400_000
/** Clocks differ: each is good a little earlier. */
const backdateMs = 300_000

/** The key of an authority, or of a certificate, by its name: nothing here is secret. */
export const keyOf = (name: string): string => (name === 'ca' ? authorityKey : privateKey(`the key of ${name} in a film that everybody may see`))

/** One as kubeadm makes it at this moment (virtual ms), good for a year. */
export function certificateOf({ name, subject, authority, alternatives = [], usages = ['client'] }: KubeadmCertificate, nowMs: number): string {
  const issuer: Name = authority === 'ca' ? authorityName : [['CN', authority]]
  const serial = `3${sha256(`${name} ${nowMs}`).slice(1, 16)}`
  return makeCertificate({ subject, issuer, serial, alternatives, usages, publicKey: publicKeyOf(keyOf(name)), notBefore: nowMs - backdateMs, notAfter: nowMs + yearMs }, keyOf(authority))
}

/** An authority's own, good for ten years. */
export function authorityOf(name: string, nowMs: number): string {
  const subject: Name = [['CN', authorities[name]!]]
  const key = keyOf(authorities[name]!)
  return makeCertificate({ subject, issuer: subject, serial: `2${sha256(name).slice(1, 16)}`, alternatives: [], publicKey: publicKeyOf(key), notBefore: nowMs - backdateMs, notAfter: nowMs + 10 * yearMs }, key)
}

/** Of a kubelet, which has had it signed. */
export const kubeletCertificate = (node: string): KubeadmCertificate => ({ name: `kubelet of ${node}`, subject: [['O', 'system:nodes'], ['CN', `system:node:${node}`]], authority: 'ca' })

/** The one that a kubelet shows to those who ask it: it has made it by itself (pkg/kubelet/server, cmd/kubelet/app InitializeTLS). */
export function servingCertificate(node: string, nowMs: number): { certificate: string; key: string } {
  const name = `${node}-ca@${Math.floor(nowMs / 1000)}`
  const key = keyOf(name)
  const certificate = makeCertificate({ subject: [['CN', `${node}@${Math.floor(nowMs / 1000)}`]], issuer: [['CN', name]], serial: '02', alternatives: [node], usages: ['server'], publicKey: publicKeyOf(key), notBefore: nowMs - backdateMs, notAfter: nowMs + yearMs }, key)
  return { certificate, key }
}
