import { fromBase64, toBase64 } from '../../api/base64.ts'
import { issued, usualSeconds } from '../../api/pki/authority.ts'
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
    const body = { ...request, status: { ...request['status'], certificate: certificateOf(request, options.kernel.now) } }
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

/** For as long as was asked, and no longer than the signer signs for anybody. */
function certificateOf({ metadata, spec }: KubeObject, nowMs: number): string {
  const seconds = Math.min((spec['expirationSeconds'] as number | undefined) ?? usualSeconds, usualSeconds)
  return toBase64(issued(fromBase64(spec['request'] as string), { nowMs, seconds, about: metadata.uid }))
}
