import { toBase64 } from '../../api/base64.ts'
import type { KubeObject } from '../../api/types.ts'
import { resource, type ComponentOptions } from '../../client/client.ts'
import { Controller, type Reconciliation } from '../../client/controller.ts'
import type { SharedInformers } from '../shared-informers.ts'

const requests = resource('certificatesigningrequests', 'certificates.k8s.io')

/** Who signs here; requests to others are left to them. */
const signers = new Set(['kubernetes.io/kube-apiserver-client', 'kubernetes.io/kube-apiserver-client-kubelet', 'kubernetes.io/kubelet-serving'])

/** pkg/controller/certificates/signer: what was approved gets its certificate. */
export function startCertificateSigner(options: ComponentOptions, informers: SharedInformers): void {
  const all = informers.of<KubeObject>(requests)
  const controller = new Controller(options, 'certificate-controller', 1, (key): Reconciliation => {
    const request = all.byKey(key)
    if (request === undefined || !isToBeSigned(request)) return {}
    const body = { ...request, status: { ...request['status'], certificate: certificateOf(request) } }
    return { calls: [{ verb: 'update', info: requests, subresource: 'status', name: request.metadata.name, body, tolerate: [404] }] }
  })
  all.onChange(({ type, object }) => {
    if (type !== 'delete' && isToBeSigned(object)) controller.queue.add(object.metadata.name)
  })
}

function isToBeSigned({ spec, status }: KubeObject): boolean {
  const types = ((status?.conditions ?? []) as { type: string }[]).map((condition) => condition.type)
  return types.includes('Approved') && !types.includes('Denied') && !types.includes('Failed') && !status?.certificate && signers.has(spec.signerName as string)
}

/** In form like a certificate. Nobody here checks signatures: it says whose request it stands for. */
function certificateOf({ metadata }: KubeObject): string {
  const lines = toBase64(`certificate of ${metadata.name} ${metadata.uid}`).match(/.{1,64}/g)!
  return toBase64(`-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`)
}
