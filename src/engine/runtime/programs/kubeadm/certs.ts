import { authorities, certificateOf, certificates, keyOf, type KubeadmCertificate } from '../../../api/pki/kubeadm.ts'
import { readCertificate } from '../../../api/pki/x509.ts'
import { fromBase64, toBase64 } from '../../../api/base64.ts'
import { formatTime } from '../../tools/calendar.ts'
import type { FileSystem } from '../../filesystem.ts'
import type { Process, Run } from '../../process/process.ts'
import { failed, said, shortDuration, table } from './cluster.ts'

const pki = '/etc/kubernetes/pki'
/** How `check-expiration` and `renew` call them, and what is told when one is renewed (cmd/kubeadm/app/phases/certs/renewal/manager.go). */
const longNames: Readonly<Record<string, string>> = {
  'admin.conf': 'certificate embedded in the kubeconfig file for the admin to use and for kubeadm itself',
  apiserver: 'certificate for serving the Kubernetes API',
  'apiserver-etcd-client': 'certificate the apiserver uses to access etcd',
  'apiserver-kubelet-client': 'certificate for the API server to connect to kubelet',
  'controller-manager.conf': 'certificate embedded in the kubeconfig file for the controller manager to use',
  'etcd-healthcheck-client': 'certificate for liveness probes to healthcheck etcd',
  'etcd-peer': 'certificate for etcd nodes to communicate with each other',
  'etcd-server': 'certificate for serving etcd',
  'front-proxy-client': 'certificate for the front proxy client',
  'scheduler.conf': 'certificate embedded in the kubeconfig file for the scheduler manager to use',
  'super-admin.conf': 'certificate embedded in the kubeconfig file for the super-admin',
}
const shortName = ({ name }: KubeadmCertificate): string => name.replace('/', '-')

export function* certs(p: Process, [verb = '', ...words]: readonly string[]): Run<number> {
  if (verb === 'certificate-key') return yield* said(p, `${Array.from({ length: 64 }, () => p.machine.random(16).toString(16)).join('')}\n`)
  if (verb === 'check-expiration') return yield* checkExpiration(p)
  if (verb === 'renew') return yield* renew(p, words[0])
  return yield* failed(p, `invalid subcommand ${JSON.stringify(verb)}`)
}

const reading = (what: string): string => `[${what}] Reading configuration from the "kubeadm-config" ConfigMap in namespace "kube-system"...\n[${what}] Use 'kubeadm init phase upload-config kubeadm --config your-config-file' to re-upload it.\n\n`

/** The certificate in a file, or in a kubeconfig. */
function textOf(files: FileSystem, name: string): string | undefined {
  if (!name.endsWith('.conf')) return files.readText(`${pki}/${name}.crt`)
  const data = /client-certificate-data: (\S+)/.exec(files.readText(`/etc/kubernetes/${name}`) ?? '')?.[1]
  return data === undefined ? undefined : fromBase64(data)
}

function* checkExpiration(p: Process): Run<number> {
  const { files, now } = { files: p.machine.files, now: p.machine.now() }
  if (!files.exists(`${pki}/apiserver.crt`)) return yield* failed(p, 'failed to load existing certificate apiserver: open /etc/kubernetes/pki/apiserver.crt: no such file or directory')
  const until = (at: number): string[] => [formatTime('%b %d, %Y %H:%M UTC', at), at < now ? '<invalid>' : shortDuration(at - now)]
  const rows = certificates.map((certificate) => {
    const read = readCertificate(textOf(files, certificate.name) ?? '')
    return read === undefined ? [`!MISSING! ${shortName(certificate)}`, '', '', '', ''] : [shortName(certificate), ...until(read.notAfter), certificate.authority, 'no']
  })
  const own = [['ca', readCertificate(files.readText(`${pki}/ca.crt`) ?? '')?.notAfter], ...Object.entries(authorities).map(([name, called]) => [called, readCertificate(files.readText(`${pki}/${name}.crt`) ?? '')?.notAfter])] as [string, number | undefined][]
  const others = own.find(([name]) => name === 'etcd-ca')?.[1]
  const authorityRows = own.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, at]) => [name, ...until(at ?? others ?? now), 'no'])
  return yield* said(p, `${reading('check-expiration')}${table([['CERTIFICATE', 'EXPIRES', 'RESIDUAL TIME', 'CERTIFICATE AUTHORITY', 'EXTERNALLY MANAGED'], ...rows], true)}\n${table([['CERTIFICATE AUTHORITY', 'EXPIRES', 'RESIDUAL TIME', 'EXTERNALLY MANAGED'], ...authorityRows], true)}`)
}

function* renew(p: Process, which: string | undefined): Run<number> {
  if (which === undefined) return yield* failed(p, 'missing subcommand; "renew" is not meant to be run on its own')
  const wanted = certificates.filter((certificate) => which === 'all' || shortName(certificate) === which)
  if (wanted.length === 0) return yield* failed(p, `unknown command ${JSON.stringify(which)} for "kubeadm certs renew"`)
  const told: string[] = []
  for (const certificate of wanted) {
    write(p.machine.files, certificate, p.machine.now())
    told.push(`${longNames[shortName(certificate)]} renewed\n`)
  }
  return yield* said(p, `${reading('renew')}${told.join('')}${which === 'all' ? '\nDone renewing certificates. You must restart the kube-apiserver, kube-controller-manager, kube-scheduler and etcd, so that they can use the new certificates.\n' : ''}`)
}

function write(files: FileSystem, certificate: KubeadmCertificate, now: number): void {
  const { name } = certificate
  const text = certificateOf(certificate, now)
  if (!name.endsWith('.conf')) {
    files.writeText(`${pki}/${name}.crt`, text)
    files.writeText(`${pki}/${name}.key`, keyOf(name))
    return
  }
  const path = `/etc/kubernetes/${name}`
  files.writeText(path, (files.readText(path) ?? '').replace(/client-certificate-data: \S+/, `client-certificate-data: ${toBase64(text)}`))
}

