/** What the registry knows of an image: the parts of its manifest and configuration that anybody can see. */
export interface ImageConfig {
  /** Normalised: docker.io/library/nginx:1.27 */
  reference: string
  /** Manifest digest, 'sha256:<64 hex>'; the Image ID that kubectl shows is repository@digest. */
  digest: string
  /** Digest of the configuration: the id that crictl shows. */
  id: string
  /** Compressed size, as the Pulled event prints it. */
  sizeBytes: number
  entrypoint: readonly string[]
  cmd: readonly string[]
  env: Readonly<Record<string, string>>
  workingDir: string
  /** As in the image's configuration: '', '1000', 'nobody'. */
  user: string
  exposedPorts: readonly { port: number; protocol: 'TCP' | 'UDP' }[]
  /** Without SIG: 'TERM', 'QUIT'. */
  stopSignal: string
}

/** What a registry delivers in one second when nothing is wrong; with `sizeBytes` it gives the time of a pull. */
export const NOMINAL_PULL_BYTES_PER_SECOND = 32_000_000

/** The image, or undefined when the registry has none of that name. The reference may be short ('nginx'). */
export declare function lookupImage(reference: string): ImageConfig | undefined
export declare function imageExists(reference: string): boolean
/** 'nginx' -> 'docker.io/library/nginx:latest'; an error when it is no reference (the words of InvalidImageName). */
export declare function normalizeReference(
  reference: string,
): { reference: string; repository: string; tag?: string; digest?: string } | { error: string }
