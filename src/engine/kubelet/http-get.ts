import type { LifecycleHandler } from '../api/types.ts'

type HttpGet = NonNullable<LifecycleHandler['httpGet']>

/** What a kubelet asks for with an HTTPGetAction. */
export interface HttpQuestion {
  scheme: string
  path: string
  headers: Readonly<Record<string, string>>
}

/**
 * The request that an HTTPGetAction stands for (pkg/probe/http NewRequestForHTTPGetAction): who asks is told, and that anything will do for an
 * answer, unless the action says otherwise - or nothing at all, by an empty value. `by`: 'probe' or 'lifecycle'.
 */
export function questionOf(get: HttpGet, by: 'probe' | 'lifecycle'): HttpQuestion {
  const headers: Record<string, string> = { 'user-agent': `kube-${by}/1.34`, accept: '*/*' }
  for (const { name, value } of get.httpHeaders ?? []) headers[name.toLowerCase()] = value
  for (const name of ['user-agent', 'accept']) if (headers[name] === '') delete headers[name]
  const path = `${get.path?.startsWith('/') === false ? '/' : ''}${get.path ?? '/'}`
  return { scheme: (get.scheme ?? 'HTTP').toLowerCase(), path, headers }
}
