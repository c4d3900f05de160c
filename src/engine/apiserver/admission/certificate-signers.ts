import { goQuote } from '../../api/field.ts'
import { fromBase64 } from '../../api/base64.ts'
import { semanticEqual } from '../../api/equality.ts'
import { partsOf, readRequest } from '../../api/pki/x509.ts'
import { collectionOf } from '../../api/resources.ts'
import { forbidden } from '../../api/status.ts'
import type { KubeObject } from '../../api/types.ts'
import type { AdmissionContext, Attributes, ValidatingPlugin, Verdict } from './plugin.ts'

const userSigner = 'kubernetes.io/kube-apiserver-client'
const masters = 'system:masters'

const isRequest = ({ info, operation, subresource }: Attributes, wanted: Attributes['operation'], part?: string): boolean =>
  operation === wanted && subresource === part && collectionOf(info) === 'certificatesigningrequests'

/** Who approves has to be allowed to for this signer (plugin/pkg/admission/certificates/approval). */
export const certificateApproval: ValidatingPlugin = {
  name: 'CertificateApproval',
  validate: (attributes, context) => (isRequest(attributes, 'UPDATE', 'approval') ? unlessAllowed('approve', attributes, context) : undefined),
}

/** Who signs, or says how it went, has to be allowed to in the name of this signer (plugin/pkg/admission/certificates/signing). */
export const certificateSigning: ValidatingPlugin = {
  name: 'CertificateSigning',
  validate(attributes, context) {
    if (!isRequest(attributes, 'UPDATE', 'status')) return undefined
    const facts = ({ status }: KubeObject): unknown => [status?.certificate ?? '', status?.conditions ?? []]
    return semanticEqual(facts(attributes.object), facts(attributes.old!)) ? undefined : unlessAllowed('sign', attributes, context)
  },
}

/** Nobody becomes a master by a request (plugin/pkg/admission/certificates/subjectrestriction). */
export const certificateSubjectRestriction: ValidatingPlugin = {
  name: 'CertificateSubjectRestriction',
  validate(attributes) {
    const { info, name, object: { spec } } = attributes
    if (!isRequest(attributes, 'CREATE') || spec?.signerName !== userSigner) return undefined
    const subject = readRequest(fromBase64(spec.request ?? ''))?.subject ?? []
    return partsOf(subject, 'O').includes(masters) ? { refused: forbidden(info, name, `use of ${userSigner} signer with ${masters} group is not allowed`) } : undefined
  },
}

/** For this signer, or for all of its domain (pkg/certauthorization). */
function unlessAllowed(verb: 'approve' | 'sign', { info, name, old, user }: Attributes, { authorize }: AdmissionContext): Verdict | undefined {
  const signer: string = old!['spec'].signerName
  const names = [signer, `${signer.split('/')[0]}/*`]
  const mayDo = (resourceName: string): boolean =>
    authorize({ user, verb, path: '', resource: { group: 'certificates.k8s.io', resource: 'signers', subresource: '', namespace: '', name: resourceName, fieldSelector: '' } }).allowed
  return names.some(mayDo) ? undefined : { refused: forbidden(info, name, `user not permitted to ${verb} requests with signerName ${goQuote(signer)}`) }
}
