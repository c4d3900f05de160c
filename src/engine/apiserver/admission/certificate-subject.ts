import { collectionOf } from '../../api/resources.ts'
import type { MutatingPlugin } from './plugin.ts'

/** Who asks for a certificate is written down, whatever the request says (pkg/registry/certificates/certificates/strategy.go PrepareForCreate). */
export const certificateSubject: MutatingPlugin = {
  name: 'CertificateSubject',
  mutate({ info, operation, subresource, object, user }) {
    if (operation !== 'CREATE' || subresource !== undefined || collectionOf(info) !== 'certificatesigningrequests') return object
    const { name: username, groups, uid, extra } = user
    const { uid: _uid, extra: _extra, ...spec } = (object['spec'] ?? {}) as Record<string, unknown>
    return { ...object, spec: { ...spec, username, groups: [...groups], ...(uid === undefined ? {} : { uid }), ...(extra === undefined ? {} : { extra }) } }
  },
}
