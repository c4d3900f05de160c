import { fromBase64 } from '../api/base64.ts'
import { firstObject } from '../api/yaml.ts'

/** One set of resources, and what is done with what is written of them: the first provider's doing. */
interface Rule {
  resources: readonly string[]
  /** 'k8s:enc:aescbc:v1:key1:'; '': it is left as it is. */
  prefix: string
}

/** Of a key of its provider so many bytes are taken (apiserver/pkg/server/options/encryptionconfig). */
const keySizes: Readonly<Record<string, readonly number[]>> = { aescbc: [16, 24, 32], aesgcm: [16, 24, 32], secretbox: [32] }

/** What an EncryptionConfiguration has the API server do with what it stores, or why it cannot be followed. */
export class StorageEncryption {
  private readonly rules: readonly Rule[]

  private constructor(rules: readonly Rule[]) {
    this.rules = rules
  }

  static read(text: string, path: string): StorageEncryption | { error: string } {
    const failed = (why: string): { error: string } => ({ error: `error while parsing encryption provider configuration file ${JSON.stringify(path)}: ${why}` })
    const read = firstObject(text) as Record<string, any> | string
    if (typeof read === 'string') return failed(`error decoding encryption provider configuration file ${JSON.stringify(path)}: couldn't get version/kind; json parse error: ${read}`)
    if (read['kind'] !== 'EncryptionConfiguration' || !/^apiserver\.config\.k8s\.io\/v1$/.test(String(read['apiVersion']))) return failed(`error decoding encryption provider configuration file ${JSON.stringify(path)}: no kind ${JSON.stringify(String(read['kind'] ?? ''))} is registered for version ${JSON.stringify(String(read['apiVersion'] ?? ''))}`)
    const rules: Rule[] = []
    for (const [i, { resources = [], providers = [] }] of ((read['resources'] ?? []) as { resources?: string[]; providers?: Record<string, any>[] }[]).entries()) {
      for (const [j, provider] of providers.entries()) {
        for (const [name, sizes] of Object.entries(keySizes)) {
          for (const [k, { secret = '' }] of ((provider[name]?.keys ?? []) as { secret?: string }[]).entries()) {
            const length = fromBase64(secret).length
            if (!sizes.includes(length)) return failed(`resources[${i}].providers[${j}].${name}.keys[${k}].secret: Invalid value: "REDACTED": secret is not of the expected length, got ${length}, expected one of [${sizes.join(' ')}]`)
          }
        }
      }
      rules.push({ resources, prefix: prefixOf(providers[0] ?? {}) })
    }
    return new StorageEncryption(rules)
  }

  /** Before what is stored of a resource ('secrets', 'deployments.apps'); undefined: it is stored as it is. */
  prefixFor(resource: string): string | undefined {
    const rule = this.rules.find(({ resources }) => resources.some((one) => one === resource || one === '*.*' || (one === '*.' && !resource.includes('.'))))
    return rule?.prefix || undefined
  }
}

function prefixOf(provider: Record<string, any>): string {
  const [name = '', settings = {}] = Object.entries(provider)[0] ?? []
  if (name === 'identity') return ''
  if (name === 'kms') return `k8s:enc:kms:${settings?.apiVersion ?? 'v2'}:${settings?.name ?? ''}:`
  return `k8s:enc:${name}:v1:${settings?.keys?.[0]?.name ?? ''}:`
}
