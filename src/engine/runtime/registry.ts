import { lookupImage, normalizeReference, type ImageConfig, type Reference } from './images.ts'

/** Who logs in at a registry. */
export interface Credentials {
  username: string
  password: string
}

/** What a registry answers to a request for a manifest. */
export type Resolved = { image: ImageConfig } | { error: string }

/** Which registries answer, and how fast: the world outside the cluster. */
export class Registry {
  private down = false
  private slowness = 1

  setDown(down: boolean): void {
    this.down = down
  }

  /** There is no such image, or none for us: those that could not be pulled before the film began. Reference -> the runtime's words. */
  refuse(reference: string, error: string): void {
    this.refused.set(reference, error)
  }

  private readonly refused = new Map<string, string>()

  /** Pulls take `factor` times as long. */
  setSlowness(factor: number): void {
    this.slowness = factor
  }

  /** containerd's words for what goes wrong (client.Pull and the docker resolver). */
  resolve(reference: string, login?: Credentials): Resolved {
    const name = normalizeReference(reference)
    if ('error' in name) return { error: `failed to parse reference "${reference}": ${name.error}` }
    const failed = `failed to pull and unpack image "${name.reference}": failed to resolve reference "${name.reference}"`
    const host = name.reference.slice(0, name.reference.indexOf('/'))
    if (this.down) {
      const url = `https://${host}/v2/${name.repository.slice(host.length + 1)}/manifests/${name.tag ?? name.digest}`
      return { error: `${failed}: failed to do request: Head "${url}": dial tcp: connect: connection refused` }
    }
    const known = this.refused.get(name.reference)
    if (known !== undefined) return { error: known }
    const refused = isPrivate(name) ? refusal(name, login) : undefined
    if (refused !== undefined) return { error: `${failed}: ${refused}` }
    const image = lookupImage(reference)
    return image === undefined ? { error: `rpc error: code = NotFound desc = ${failed}: ${name.reference}: not found` } : { image }
  }

  /** Virtual ms that the layers of an image take at `bytesPerMs`. */
  downloadMs(image: ImageConfig, bytesPerMs: number): number {
    return Math.ceil((image.sizeBytes / bytesPerMs) * this.slowness)
  }
}

/** An image is private when its registry or its repository says so by its name: 'private.example.com/shop', 'janedoe/private-app'. */
function isPrivate({ domain, path }: Reference): boolean {
  return /(?:^|[./-])private(?:$|[./:-])/.test(`${domain}/${path}`)
}

/** A password that says of itself that it is none: what people write to see the error. */
const saysWrong = /wrong|invalid|incorrect|expired|bad/i

/** Why a registry does not let somebody in (the words of containerd's docker resolver and authorizer); undefined: it does. */
function refusal({ domain, path }: Reference, login: Credentials | undefined): string | undefined {
  const known = login !== undefined && login.username !== '' && login.password !== ''
  if (known && !saysWrong.test(login.password)) return undefined
  if (known) {
    const token = domain === 'docker.io' ? `https://auth.docker.io/token?scope=repository%3A${encodeURIComponent(path)}%3Apull&service=registry.docker.io` : `https://${domain}/v2/token`
    return `failed to authorize: failed to fetch oauth token: unexpected status from GET request to ${token}: 401 Unauthorized`
  }
  const why = domain === 'docker.io' ? 'server message: insufficient_scope: authorization failed' : 'authorization failed: no basic auth credentials'
  return `pull access denied, repository does not exist or may require authorization: ${why}`
}
