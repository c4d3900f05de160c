import type { KubeObject } from '../../api/types.ts'
import type { ApiRequest } from '../request-info.ts'

/** The options of a stream to a pod as the object that admission looks at (PodExecOptions and the like). */
export function connectOptions({ name, subresource, query, body }: ApiRequest): KubeObject {
  const on = (option: string): object => (query[option] === 'true' ? { [option]: true } : {})
  const options = {
    apiVersion: 'v1', kind: connectKinds[subresource!], metadata: { name: name! },
    ...(query['container'] === undefined ? {} : { container: query['container'] }), ...on('stdin'), ...on('stdout'), ...on('stderr'), ...on('tty'),
    ...(subresource === 'exec' ? { command: (body as { command?: string[] } | undefined)?.command ?? [] } : {}),
  }
  return options as KubeObject
}

const connectKinds: Readonly<Record<string, string>> = { exec: 'PodExecOptions', attach: 'PodAttachOptions', portforward: 'PodPortForwardOptions' }
