import type { NetworkError } from '../runtime/container-os.ts'

/** Why an HTTP request failed, as Go's client says it after `Get "URL": `; `address` is IP:port. */
export function httpError({ error }: NetworkError, address: string): string {
  if (error === 'timeout') return 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)'
  if (error === 'plain') return 'http: server gave HTTP response to HTTPS client'
  return error === 'reset' ? `read tcp ${address}: read: connection reset by peer` : dialError(error, address)
}

/** Why a connection did not come about. */
export function dialError(error: NetworkError['error'], address: string): string {
  if (error === 'timeout') return `dial tcp ${address}: i/o timeout`
  return `dial tcp ${address}: connect: ${error === 'unreachable' ? 'no route to host' : 'connection refused'}`
}
