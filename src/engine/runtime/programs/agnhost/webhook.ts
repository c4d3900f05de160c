/** agnhost webhook: what Kubernetes' own tests of admission ask (test/images/agnhost/webhook). */
import { fieldsOf } from '../../../api/fieldsOf.ts'
import { toBase64 } from '../../../api/base64.ts'
import { type HttpRequest, type HttpResponse, jsonResponse, textResponse } from '../../http.ts'
import { print } from '../../process/io.ts'
import type { Process, Run } from '../../process/process.ts'
import { parseOptions } from '../../../text/options.ts'
import { jsonOf } from '../../../api/json.ts'
import { type Answer, cannotListen, type Handler, listenOn, serve, stopsLikeGo } from '../serve.ts'

type Fields = Readonly<Record<string, any>>

/** What is said of a request: nothing against it, a change, or why not. */
type Opinion = { patch?: readonly object[] } | { reason: string } | { message: string; code?: number } | 'never'

interface Asked {
  operation: string
  name: string
  subResource: string
  object: Fields
  oldObject: Fields
}

const unwanted = 'webhook-disallow'

const nothing: Opinion = {}

const opinions: Readonly<Record<string, (asked: Asked, o: { sidecarImage: string }) => Opinion>> = {
  '/always-allow-delay-5s': () => ({}),
  '/always-deny': () => ({ message: 'this webhook denies all requests' }),
  '/add-label': ({ object }) => addLabel(fieldsOf(fieldsOf(object['metadata'])['labels'])),
  '/pods': ({ object }) => admitPod(object),
  '/pods/attach': ({ name, object }) =>
    name === 'to-be-attached-pod' && object['stdin'] === true && object['container'] === 'container1' ? { message: "attaching to pod 'to-be-attached-pod' is not allowed" } : nothing,
  '/mutating-pods': ({ object }) =>
    fieldsOf(object['metadata'])['name'] === 'webhook-to-be-mutated' && !has(object, 'initContainers', 'webhook-added-init-container')
      ? { patch: [{ op: 'add', path: '/spec/initContainers', value: [{ image: 'webhook-added-image', name: 'webhook-added-init-container', resources: {} }] }] }
      : {},
  '/mutating-pods-sidecar': ({ object }, { sidecarImage: image }) => {
    if (image === '') return { message: 'No image specified by the sidecar-image parameter', code: 500 }
    return has(object, 'containers', 'webhook-added-sidecar') ? {} : { patch: [{ op: 'add', path: '/spec/containers/-', value: { image, name: 'webhook-added-sidecar', resources: {} } }] }
  },
  '/configmaps': (asked) => admitData(asked, 'configmap', 'key and value'),
  '/mutating-configmaps': ({ object }) => mutateData(object),
  '/custom-resource': (asked) => admitData(asked, 'custom resource', 'data'),
  '/mutating-custom-resource': ({ object }) => mutateData(object),
  '/crd': ({ object }) => (labelOf(object) === unwanted ? { reason: 'the crd contains unwanted label' } : nothing),
}

const labelOf = (object: Fields): unknown => fieldsOf(fieldsOf(object['metadata'])['labels'])['webhook-e2e-test']

const has = (pod: Fields, list: string, name: string): boolean => ((fieldsOf(pod['spec'])[list] ?? []) as { name: string }[]).some((container) => container.name === name)

function addLabel(labels: Fields): Opinion {
  if (Object.keys(labels).length === 0) return { patch: [{ op: 'add', path: '/metadata/labels', value: { 'added-label': 'yes' } }] }
  if (labels['added-label'] === 'yes') return {}
  return { patch: [{ op: labels['added-label'] === undefined ? 'add' : 'replace', path: '/metadata/labels/added-label', value: 'yes' }] }
}

function admitPod(pod: Fields): Opinion {
  const label = labelOf(pod)
  if (label === 'wait-forever') return 'never'
  const named = ((fieldsOf(pod['spec'])['containers'] ?? []) as { name: string }[]).filter(({ name }) => name.includes(unwanted))
  const why = [...(label === unwanted ? ['the pod contains unwanted label;'] : []), ...named.map(() => 'the pod contains unwanted container name;')]
  return why.length === 0 ? {} : { message: why.join(' ') }
}

function admitData({ operation, object, oldObject }: Asked, kind: string, what: string): Opinion {
  const value = fieldsOf((operation === 'DELETE' ? oldObject : object)['data'])['webhook-e2e-test']
  if (operation === 'DELETE') return value === 'webhook-nondeletable' ? { reason: `the ${kind} cannot be deleted because it contains unwanted key and value` } : {}
  return value === unwanted ? { reason: `the ${kind} contains unwanted ${what}` } : {}
}

function mutateData(object: Fields): Opinion {
  const data = fieldsOf(object['data'])
  const stage = data['mutation-stage-1'] === 'yes' ? 2 : data['mutation-start'] === 'yes' ? 1 : undefined
  return stage === undefined ? {} : { patch: [{ op: 'add', path: `/data/mutation-stage-${stage}`, value: 'yes' }] }
}

export function* webhook(p: Process, args: readonly string[]): Run<number> {
  const o = parseOptions(args, { short: 'v:', long: ['port', 'sidecar-image', 'tls-cert-file', 'tls-private-key-file', 'v', 'alsologtostderr'] })
  const options = { sidecarImage: o.value('sidecar-image') ?? '' }
  return yield* serveInTLS(p, o.number(443, 'port'), o.value('tls-cert-file'), (request) => answerTo(request, options))
}

/** A server with a certificate of its own; without its files there is none. */
export function* serveInTLS(p: Process, port: number, certificate: string | undefined, handle: Handler): Run<number> {
  if (certificate !== undefined && p.machine.files.readText(certificate) === undefined) {
    yield* print(p, `config.go:44] open ${certificate}: no such file or directory\n`, 2)
    return 255
  }
  const listeners = yield* listenOn(p, [port], cannotListen)
  if (listeners === undefined) return 1
  for (const listener of listeners) Object.assign(listener, { secure: true, isPrivate: true })
  return yield* serve(p, { listeners, handle, stopped: stopsLikeGo(p) })
}

function answerTo({ path, body }: HttpRequest, options: { sidecarImage: string }): Answer | HttpResponse {
  const [asked = ''] = path.split('?')
  if (asked === '/readyz') return textResponse(200, 'ok')
  const opinion = Object.hasOwn(opinions, asked) ? opinions[asked] : undefined
  if (opinion === undefined) return textResponse(404, '404 page not found\n')
  const { apiVersion, kind, request } = fieldsOf(jsonOf(body))
  if (kind !== 'AdmissionReview') return textResponse(400, `Unsupported group version kind: ${apiVersion}, Kind=${kind}\n`)
  const { uid, operation, name, subResource = '', object, oldObject } = fieldsOf(request)
  const said = opinion({ operation, name, subResource, object: fieldsOf(object), oldObject: fieldsOf(oldObject) }, options)
  if (said === 'never') return { response: textResponse(200, ''), afterMs: forever }
  const response = jsonResponse(200, { kind, apiVersion, response: { uid, ...worded(said) } })
  return asked === '/always-allow-delay-5s' ? { response, afterMs: 5000 } : response
}

/** Longer than anybody waits. */
const forever = 3_600_000

function worded(opinion: Exclude<Opinion, 'never'>): object {
  if ('reason' in opinion) return { allowed: false, status: { metadata: {}, reason: opinion.reason } }
  if ('message' in opinion) return { allowed: false, status: { metadata: {}, ...opinion } }
  return { allowed: true, ...(opinion.patch === undefined ? {} : { patch: toBase64(JSON.stringify(opinion.patch)), patchType: 'JSONPatch' }) }
}
