/** What is told of a certificate and its key that do not look like them (pkg/registry/core/secret/strategy.go, crypto/tls X509KeyPair). */
import { fromBase64 } from '../base64.ts'
import type { KubeObject } from '../types.ts'

/** Only the wrapping is looked at: what is inside of it nobody here can read. */
export function warningsForSecret(secret: KubeObject): string[] {
  if (secret['type'] !== 'kubernetes.io/tls') return []
  const data: Readonly<Record<string, string>> = secret['data'] ?? {}
  const fault = certificateFault(pemTypes(data['tls.crt'] ?? '')) ?? keyFault(pemTypes(data['tls.key'] ?? ''))
  return fault === undefined ? [] : [`tls: ${fault}`]
}

/** "CERTIFICATE", "RSA PRIVATE KEY": what a text holds in PEM. */
function pemTypes(base64: string): string[] {
  return [...fromBase64(base64).matchAll(/^-----BEGIN ([^\n-]+)-----\s*\n[A-Za-z0-9+/=\s]*-----END \1-----/gm)].map(([, type]) => type!)
}

const isKey = (type: string): boolean => type === 'PRIVATE KEY' || type.endsWith(' PRIVATE KEY')

function certificateFault(types: readonly string[]): string | undefined {
  if (types.includes('CERTIFICATE')) return undefined
  if (types.length === 0) return 'failed to find any PEM data in certificate input'
  if (types.length === 1 && isKey(types[0]!)) return 'failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched'
  return `failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: [${types.join(' ')}]`
}

function keyFault(types: readonly string[]): string | undefined {
  if (types.some(isKey)) return undefined
  if (types.length === 0) return 'failed to find any PEM data in key input'
  if (types.length === 1 && types[0] === 'CERTIFICATE') return 'found a certificate rather than a key in the PEM for the private key'
  return `failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: [${types.join(' ')}]`
}
