import { forbidden } from '../../api/status.ts'
import type { KubeObject, Status } from '../../api/types.ts'
import { nodeOf } from '../authorization/attributes.ts'
import type { Attributes, ValidatingPlugin } from './plugin.ts'

/** A kubelet writes only its own node, the pods that are bound to it, and its own lease (plugin/pkg/admission/noderestriction). */
export const nodeRestriction: ValidatingPlugin = {
  name: 'NodeRestriction',
  validate(attributes) {
    const node = nodeOf(attributes.user)
    if (node === undefined) return undefined
    const why = objection(attributes, node)
    return why === undefined ? undefined : { refused: forbiddenFor(attributes, why) }
  },
}

function objection({ info, operation, subresource, name, object, old }: Attributes, node: string): string | undefined {
  const nodeName = ((old ?? object)['spec']?.nodeName ?? '') as string
  switch (info.plural) {
    case 'pods':
      if (operation === 'CREATE' && subresource === undefined) return isMirror(object) ? undefined : `pod does not have "${mirrorAnnotation}" annotation, node "${node}" can only create mirror pods`
      if (nodeName === node) return undefined
      if (operation === 'DELETE') return `node "${node}" can only delete pods with spec.nodeName set to itself`
      return subresource === 'status' ? `node "${node}" can only update pod status for pods with spec.nodeName set to itself` : undefined
    case 'nodes':
      return name === node ? undefined : `node "${node}" is not allowed to modify node "${name}"`
    case 'leases':
      return name === node ? undefined : 'can only access node lease with the same name as the requesting node'
    default:
      return undefined
  }
}

const mirrorAnnotation = 'kubernetes.io/config.mirror'
const isMirror = ({ metadata }: KubeObject): boolean => metadata.annotations?.[mirrorAnnotation] !== undefined

const forbiddenFor = ({ info, name }: Attributes, why: string): Status => forbidden(info, name, why)
