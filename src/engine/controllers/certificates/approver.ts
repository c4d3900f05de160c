import { partsOf } from '../../api/pki/x509.ts'
import type { KubeObject } from '../../api/types.ts'
import { resource } from '../../client/client.ts'
import { must, type Routine } from '../../client/controller.ts'
import { clientObjection } from './kubelets.ts'
import { conditionsOf, contentOf, has, signers, withStatus } from './request.ts'

const reviews = resource('subjectaccessreviews', 'authorization.k8s.io')

/** Whom it may be for, and what one has to be allowed to; for oneself first. */
const recognized = [
  { subresource: 'selfnodeclient', message: 'Auto approving self kubelet client certificate after SubjectAccessReview.' },
  { subresource: 'nodeclient', message: 'Auto approving kubelet client certificate after SubjectAccessReview.' },
]

/** pkg/controller/certificates/approver: a kubelet's request to show who it is is approved if whoever asks may have such a certificate. */
export function* approve(request: KubeObject): Routine {
  const { username } = request['spec']
  for (const { subresource, message } of recognized) {
    if (subresource === 'selfnodeclient' && partsOf(contentOf(request).subject, 'CN')[0] !== username) continue
    if (!(yield* isAllowed(request, subresource))) continue
    const approved = { type: 'Approved', status: 'True', reason: 'AutoApproved', message }
    return void (yield* must(withStatus(request, { conditions: [...conditionsOf(request), approved] }, 'approval')))
  }
  return { failed: true }
}

export function isToBeDecided(request: KubeObject): boolean {
  if (request['spec'].signerName !== signers.kubelet || request['status']?.certificate || has(request, 'Approved') || has(request, 'Denied')) return false
  return clientObjection(contentOf(request), request['spec'].usages) === undefined
}

function* isAllowed({ spec: { username, uid, groups, extra } }: KubeObject, subresource: string): Routine<boolean> {
  const resourceAttributes = { group: 'certificates.k8s.io', resource: 'certificatesigningrequests', verb: 'create', subresource }
  const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', spec: { user: username, uid, groups, extra, resourceAttributes } }
  const answer = yield* must({ verb: 'create', info: reviews, body })
  return answer['status'].allowed === true
}
