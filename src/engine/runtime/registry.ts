import { lookupImage, normalizeReference, type ImageConfig } from './images.ts'

/** What a registry answers to a request for a manifest. */
export type Resolved = { image: ImageConfig } | { error: string }

/** Which registries answer, and how fast: the world outside the cluster. */
export class Registry {
  private down = false
  private slowness = 1

  setDown(down: boolean): void {
    this.down = down
  }

  /** Pulls take `factor` times as long. */
  setSlowness(factor: number): void {
    this.slowness = factor
  }

  /** containerd's words for what goes wrong (client.Pull and the docker resolver). */
  resolve(reference: string): Resolved {
    const name = normalizeReference(reference)
    if ('error' in name) return { error: `failed to parse reference "${reference}": ${name.error}` }
    const failed = `failed to pull and unpack image "${name.reference}": failed to resolve reference "${name.reference}"`
    const host = name.reference.slice(0, name.reference.indexOf('/'))
    if (this.down) {
      const url = `https://${host}/v2/${name.repository.slice(host.length + 1)}/manifests/${name.tag ?? name.digest}`
      return { error: `${failed}: failed to do request: Head "${url}": dial tcp: connect: connection refused` }
    }
    const image = lookupImage(reference)
    return image === undefined ? { error: `rpc error: code = NotFound desc = ${failed}: ${name.reference}: not found` } : { image }
  }

  /** Virtual ms that the layers of an image take at `bytesPerMs`. */
  downloadMs(image: ImageConfig, bytesPerMs: number): number {
    return Math.ceil((image.sizeBytes / bytesPerMs) * this.slowness)
  }
}
