/** agnhost test-service-account-issuer-discovery: checks a token by what its issuer publishes (test/images/agnhost/openidmetadata). */
import { fromBase64Url } from '../../../api/base64.ts'
import { fieldsOf } from '../../../api/fieldsOf.ts'
import type { Process, Run } from '../../process/process.ts'
import { parseOptions } from '../../../text/options.ts'
import { parseUrl, request } from '../../tools/http-client.ts'
import { log } from './log.ts'
import { jsonOf } from '../../../api/json.ts'

const account = '/var/run/secrets/kubernetes.io/serviceaccount/token'

export function* issuerDiscovery(p: Process, args: readonly string[]): Run<number> {
  const o = parseOptions(args, { short: '', long: ['token-path', 'audience'] })
  const path = o.value('token-path') ?? ''
  const token = p.machine.files.readText(path)
  if (token === undefined) {
    yield* log(p, `open ${path}: no such file or directory`)
    return 1
  }
  yield* log(p, 'OK: Got token')
  yield* log(p, 'validating with in-cluster discovery')
  const failure = yield* validate(p, token, o.value('audience') ?? '')
  if (failure === undefined) return 0
  yield* log(p, `failed to validate with in-cluster discovery: ${failure}`)
  return 1
}

/** As an OpenID client: the issuer's document, its keys, and then the claims. Undefined: all is well. */
function* validate(p: Process, token: string, audience: string): Run<string | undefined> {
  const [head = '', body = ''] = token.split('.').map((part) => fieldsOf(jsonOf(fromBase64Url(part))) as Readonly<Record<string, any>>)
  const claims = fieldsOf(body)
  const issuer = String(claims['iss'] ?? '')
  yield* log(p, `OK: got issuer ${issuer}`)
  const bearer = p.machine.files.readText(account) ?? ''
  const ask = function* (url: string): Run<Readonly<Record<string, any>> | string> {
    const answer = yield* request(p, parseUrl(url)!, { method: 'GET', headers: { authorization: `Bearer ${bearer}` }, body: '', timeoutMs: 30_000 })
    if ('error' in answer) return `Get "${url}": ${answer.error}`
    return answer.status === 200 ? fieldsOf(jsonOf(answer.body)) : `${answer.status}: ${answer.body}`
  }
  const document = yield* ask(`${issuer}/.well-known/openid-configuration`)
  if (typeof document === 'string') return document
  if (document['issuer'] !== issuer) return `oidc: issuer did not match the issuer returned by provider, expected "${issuer}" got "${document['issuer']}"`
  yield* log(p, `OK: Constructed OIDC provider for issuer ${issuer}`)
  const audiences = [claims['aud']].flat()
  if (!audiences.includes(audience)) return `oidc: expected audience "${audience}" got ${JSON.stringify(audiences)}`
  if (Number(claims['exp']) * 1000 < p.machine.now()) return 'oidc: token is expired'
  const keys = yield* ask(String(document['jwks_uri']))
  if (typeof keys === 'string') return `failed to verify signature: fetching keys ${keys}`
  const { kid, alg } = fieldsOf(head)
  const known = ((keys['keys'] ?? []) as Readonly<Record<string, unknown>>[]).some((key) => (kid === undefined || key['kid'] === kid) && key['alg'] === alg)
  if (!known) return 'failed to verify signature: failed to verify id token signature'
  yield* log(p, 'OK: Validated signature on JWT')
  yield* log(p, 'OK: Got valid claims from token!')
  return undefined
}
