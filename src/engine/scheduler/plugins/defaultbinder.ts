import type { Status as ApiStatus } from '../../api/types.ts'
import { failed } from '../framework/status.ts'
import type { Plugin } from '../framework/plugin.ts'
import { names } from './names.ts'

/** Binds by posting a Binding: the scheduler never writes spec.nodeName itself. */
export const defaultBinder = (): Plugin => ({
  name: names.DefaultBinder,
  bind: ({ pod }, nodeName) => ({
    verb: 'create',
    resource: 'pods',
    subresource: 'binding',
    namespace: pod.metadata.namespace,
    name: pod.metadata.name,
    body: {
      apiVersion: 'v1',
      kind: 'Binding',
      metadata: { name: pod.metadata.name, namespace: pod.metadata.namespace, uid: pod.metadata.uid },
      target: { kind: 'Node', name: nodeName },
    },
  }),
  bound: ({ code, body }) =>
    code >= 200 && code < 300
      ? undefined
      : failed(names.DefaultBinder, `running Bind plugin "${names.DefaultBinder}": ${(body as ApiStatus).message ?? ''}`),
})
