/**
 * Image references, read as the distribution library reads them (which kubelet, containerd and
 * kubectl use): 'nginx' means docker.io/library/nginx:latest.
 */
export interface Reference {
  /** With registry, repository and tag or digest. */
  reference: string
  /** docker.io/library/nginx */
  repository: string
  /** docker.io */
  domain: string
  /** library/nginx */
  path: string
  tag?: string
  digest?: string
}

const domainPattern =
  /^(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*(?::[0-9]+)?$/
const pathPattern = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/
const tagPattern = /^\w[\w.-]{0,127}$/
const digestPattern = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/

/** The parts of a reference, or why it is none: the words that kubelet puts behind `couldn't parse image name "...": `. */
export function normalizeReference(text: string): Readonly<Reference> | { readonly error: string } {
  let found = known.get(text)
  if (found === undefined) {
    if (known.size >= mostKnown) known.clear()
    known.set(text, (found = parse(text)))
  }
  return found
}

/** Thousands of pods have the same image, and each is asked for several times. */
const known = new Map<string, Reference | { error: string }>()
const mostKnown = 1000

function parse(text: string): Reference | { error: string } {
  if (/^[a-f0-9]{64}$/.test(text))
    return { error: `invalid repository name (${text}), cannot specify 64-byte hexadecimal strings` }
  const { domain, remainder } = splitDomain(text)
  const nameEnd = remainder.search(/[:@]/)
  const path = nameEnd < 0 ? remainder : remainder.slice(0, nameEnd)
  if (path !== path.toLowerCase())
    return { error: `invalid reference format: repository name (${path}) must be lowercase` }
  if (path === '' || !domainPattern.test(domain) || !pathPattern.test(path))
    return { error: 'invalid reference format' }
  const repository = `${domain}/${path}`
  if (path.length > 255) return { error: 'repository name must not be more than 255 characters' }
  const suffix = parseSuffix(remainder.slice(path.length))
  if (suffix === undefined) return { error: 'invalid reference format' }
  const { digest } = suffix
  const wrong = digest === undefined ? undefined : digestError(digest)
  if (wrong !== undefined) return { error: wrong }
  // A digest says all: containerd resolves by it alone, but keeps the tag for people to read.
  const tag = suffix.tag ?? (digest === undefined ? 'latest' : undefined)
  const reference = repository + (tag === undefined ? '' : `:${tag}`) + (digest === undefined ? '' : `@${digest}`)
  return { reference, repository, domain, path, tag, digest }
}

/** Length of the sums of the algorithms there are (opencontainers/go-digest). */
const digits: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 }

function digestError(digest: string): string | undefined {
  const [algorithm = '', sum = ''] = digest.split(':')
  if (digits[algorithm] === undefined) return 'unsupported digest algorithm'
  if (digits[algorithm] !== sum.length) return 'invalid checksum digest length'
  return /[A-F]/.test(sum) ? 'invalid checksum digest format' : undefined
}

/** The first component is a registry if it looks like a host: a dot, a port, an upper case letter, or 'localhost'. */
function splitDomain(text: string): { domain: string; remainder: string } {
  const slash = text.indexOf('/')
  const first = text.slice(0, Math.max(slash, 0))
  const isDomain = slash > 0 && (/[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase())
  if (!isDomain) return withLibrary('docker.io', text)
  const remainder = text.slice(slash + 1)
  return first === 'docker.io' || first === 'index.docker.io'
    ? withLibrary('docker.io', remainder)
    : { domain: first, remainder }
}

function withLibrary(domain: string, remainder: string): { domain: string; remainder: string } {
  return { domain, remainder: remainder.includes('/') ? remainder : `library/${remainder}` }
}

function parseSuffix(text: string): { tag?: string; digest?: string } | undefined {
  const at = text.indexOf('@')
  const tagPart = at < 0 ? text : text.slice(0, at)
  const digest = at < 0 ? undefined : text.slice(at + 1)
  if (digest !== undefined && !digestPattern.test(digest)) return undefined
  if (tagPart === '') return { digest }
  const tag = tagPart.slice(1)
  return tagPart.startsWith(':') && tagPattern.test(tag) ? { tag, digest } : undefined
}
