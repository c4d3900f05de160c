/** agnhost crd-conversion-webhook: v1 has a hostPort where v2 has a host and a port (test/images/agnhost/crd-conversion-webhook). */
import { fieldsOf } from '../../../api/fieldsOf.ts'
import { type HttpRequest, type HttpResponse, jsonResponse, textResponse } from '../../http.ts'
import type { Process, Run } from '../../process/process.ts'
import { parseOptions } from '../../../text/options.ts'
import { jsonOf } from '../../../api/json.ts'
import { serveInTLS } from './webhook.ts'

type Fields = Readonly<Record<string, any>>

export function* conversionWebhook(p: Process, args: readonly string[]): Run<number> {
  const o = parseOptions(args, { short: 'v:', long: ['port', 'tls-cert-file', 'tls-private-key-file', 'v', 'alsologtostderr'] })
  return yield* serveInTLS(p, o.number(443, 'port'), o.value('tls-cert-file'), answerTo)
}

function answerTo({ path, body }: HttpRequest): HttpResponse {
  const [asked] = path.split('?')
  if (asked === '/readyz') return textResponse(200, 'ok')
  if (asked !== '/crdconvert') return textResponse(404, '404 page not found\n')
  const { kind, apiVersion, request } = fieldsOf(jsonOf(body))
  const { uid, objects = [], desiredAPIVersion } = fieldsOf(request)
  const converted = (objects as Fields[]).map((object) => convert(object, desiredAPIVersion))
  const failed = converted.find((object) => typeof object === 'string')
  const response = failed === undefined ? { convertedObjects: converted, result: { metadata: {}, status: 'Success' } } : { convertedObjects: null, result: { metadata: {}, status: 'Failure', message: failed } }
  return jsonResponse(200, { kind, apiVersion, response: { uid, ...response } })
}

function convert(object: Fields, to: string): Fields | string {
  const { apiVersion: from } = object
  if (from === to) return `conversion from a version to itself should not call the webhook: ${to}`
  if (from === 'stable.example.com/v1' && to === 'stable.example.com/v2') {
    const { hostPort, ...rest } = object
    if (hostPort === undefined) return { ...rest, apiVersion: to }
    const parts = String(hostPort).split(':')
    return parts.length === 2 ? { ...rest, apiVersion: to, host: parts[0], port: parts[1] } : `invalid hostPort value \`${hostPort}\``
  }
  if (from !== 'stable.example.com/v2') return `unexpected conversion version "${from}"`
  if (to !== 'stable.example.com/v1') return `unexpected conversion version "${to}"`
  const { host, port, ...rest } = object
  return { ...rest, apiVersion: to, ...(host === undefined && port === undefined ? {} : { hostPort: `${host ?? ''}:${port ?? ''}` }) }
}
