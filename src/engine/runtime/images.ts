import { hash32 } from '../kernel/random.ts'
import { directory, type DirectoryNode, executable, file, type Node, symlink } from './filesystem/node.ts'
import { type CatalogueEntry, catalogueEntry, homeOf, officialNames } from './images/catalogue.ts'
import { normalizeReference, type Reference } from './images/reference.ts'
import { hasTag, isMisspelling, namesAbsence } from './images/tags.ts'
import { releaseFiles, versionOf } from './images/versions.ts'
import { accountFiles, isAddedUser, type Userland, userlandFiles, withFiles } from './images/userland.ts'

export { normalizeReference, type Reference } from './images/reference.ts'

/** What the registry knows of an image: the parts of its manifest and configuration that anybody can see. */
export interface ImageConfig {
  /** Normalised: docker.io/library/nginx:1.27 */
  reference: string
  /** docker.io/library/nginx */
  repository: string
  /** Of the manifest, 'sha256:<64 hex>': kubectl shows repository@digest as Image ID. */
  digest: string
  /** Of the configuration: the id that crictl shows. */
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
  userland: Userland
  /** Not in the catalogue: what it does is made up, or scripted by annotations (programs/scripted.ts). */
  unknown: boolean
}

/** What a registry delivers in one second when nothing is wrong; with `sizeBytes` it gives the time of a pull. */
export const NOMINAL_PULL_BYTES_PER_SECOND = 32_000_000

const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/**
 * Is there such an image? Repositories of the catalogue have the tags that they really have, by
 * rule; an official name with a slip of one letter has none; all others exist unless their name or
 * tag says that they do not ('no-such-image', 'app:typo').
 */
export function imageExists(reference: string): boolean {
  const parts = normalizeReference(reference)
  return 'error' in parts ? false : partsExist(parts)
}

function partsExist({ repository, path, domain, tag, digest }: Reference): boolean {
  if (namesAbsence(path) || (tag !== undefined && namesAbsence(tag))) return false
  const entry = catalogueEntry(repository)
  if (entry !== undefined) return tag === undefined || digest !== undefined || hasTag(entry.tags, tag)
  const name = path.replace(/^library\//, '')
  return !(
    domain === 'docker.io' &&
    path.startsWith('library/') &&
    officialNames.some((right) => isMisspelling(name, right))
  )
}

const known = new Map<string, ImageConfig>()

/** The image of a reference, which may be short ('nginx'); undefined when the registry has none of that name. */
export function lookupImage(reference: string): ImageConfig | undefined {
  let image = known.get(reference)
  if (image !== undefined) return image
  const parts = normalizeReference(reference)
  if ('error' in parts || !partsExist(parts)) return undefined
  image = configure(parts)
  // Scenarios use a handful; a hostile one must not fill the memory.
  if (known.size >= 1000) known.clear()
  known.set(reference, image)
  return image
}

function configure(parts: Reference): ImageConfig {
  const entry = catalogueEntry(parts.repository)
  const home = `${homeOf(parts.repository)}:${parts.tag ?? parts.digest}`
  return {
    reference: parts.reference,
    repository: parts.repository,
    digest: parts.digest ?? `sha256:${hexOf(`manifest ${home}`)}`,
    id: `sha256:${hexOf(`config ${home}`)}`,
    sizeBytes: sizeOf(parts, entry),
    entrypoint: entry?.entrypoint ?? (entry === undefined ? ['/usr/local/bin/app'] : []),
    cmd: entry?.cmdOfTag?.(parts.tag ?? 'latest') ?? entry?.cmd ?? [],
    env: { PATH: DEFAULT_PATH, ...entry?.env, ...versionOfEntry(parts, entry) },
    workingDir: entry?.workingDir ?? '/',
    user: entry?.user ?? '',
    exposedPorts: (entry?.ports ?? []).map((port) => ({ port, protocol: 'TCP' })),
    stopSignal: entry?.stopSignal ?? 'TERM',
    userland: userlandOf(parts, entry),
    unknown: entry === undefined,
  }
}

function versionOfEntry({ reference, repository }: Reference, entry: CatalogueEntry | undefined): Record<string, string> {
  if (entry?.versionEnv === undefined) return {}
  return { [entry.versionEnv]: versionOf(repository.slice(repository.lastIndexOf('/') + 1), { reference, repository }) }
}

/** Images that are made from Debian have a smaller brother that is made from Alpine. */
function userlandOf({ tag, repository }: Reference, entry: CatalogueEntry | undefined): Userland {
  if (tag?.includes('alpine') === true) {
    if (entry?.userland === 'debian' || entry?.userland === 'nginx') return 'alpine'
    if (entry?.userland === 'full' && homeOf(repository).startsWith('docker.io/library/')) return 'languages'
  }
  return entry?.userland ?? 'full'
}

/** Sixty-four digits that look like a SHA-256 and are the same for the same text everywhere. */
function hexOf(text: string): string {
  let hex = ''
  for (let i = 1; i <= 8; i++) hex += (hash32(text, i * 0x9e37) >>> 0).toString(16).padStart(8, '0')
  return hex
}

/** 'slow12' takes twelve seconds to pull; other images of no fame have 5 to 120 MB, by their name. */
function sizeOf({ path, tag, repository }: Reference, entry: CatalogueEntry | undefined): number {
  const vary = (bytes: number) => Math.round(bytes * (1 + ((hash32(`${repository}:${tag}`) >>> 0) % 1000) / 20_000))
  if (entry !== undefined) {
    const isSmall = tag !== undefined && /alpine|slim/.test(tag)
    return vary((isSmall ? (entry.smallMegabytes ?? entry.megabytes) : entry.megabytes) * 1_000_000)
  }
  const slow = /(?:^|\/)slow-?(\d{1,4})$/.exec(path)
  if (slow !== null) return Number(slow[1]) * NOMINAL_PULL_BYTES_PER_SECOND
  return vary((5 + ((hash32(repository, 7) >>> 0) % 115)) * 1_000_000)
}

const trees = new Map<string, DirectoryNode>()
const treesOfImages = new WeakMap<ImageConfig, DirectoryNode>()

/** The files of an image, shared by all its containers and never changed; tags of one repository have the same, but for the release of a distribution. */
export function imageFiles(image: ImageConfig): DirectoryNode {
  const found = treesOfImages.get(image)
  if (found !== undefined) return found
  const release = releaseFiles(image)
  const tag = hasOwnOfTag(catalogueEntry(image.repository)) ? tagOf(image) : ''
  const key = `${homeOf(image.repository)} ${image.userland} ${release?.['/etc/os-release'] ?? ''} ${tag}`
  let tree = trees.get(key)
  if (tree === undefined) {
    if (trees.size >= 200) trees.clear()
    trees.set(key, (tree = treeOf(image, release)))
  }
  treesOfImages.set(image, tree)
  return tree
}

const hasOwnOfTag = (entry: CatalogueEntry | undefined): boolean => entry?.filesOfTag !== undefined || entry?.programsOfTag !== undefined

function treeOf(image: ImageConfig, release: Record<string, string> = {}): DirectoryNode {
  const entry = catalogueEntry(image.repository)
  const added: [string, Node][] = []
  // What an image makes for its program belongs to its user.
  const uid = Number(/^\d+/.exec(image.user)?.[0] ?? 0)
  for (const path of entry?.directories ?? []) added.push([path, directory({}, { uid })])
  for (const [path, text] of Object.entries(release)) added.push([path, file(text)])
  for (const [path, text] of Object.entries({ ...entry?.files, ...entry?.filesOfTag?.(tagOf(image)) }))
    added.push([path, file(text, { mode: path.endsWith('.sh') || text.startsWith('#!') ? 0o755 : 0o644, uid })])
  for (const [path, target] of Object.entries(entry?.links ?? {})) added.push([path, symlink(target)])
  for (const [path, program] of Object.entries({ ...entry?.programs, ...entry?.programsOfTag?.(tagOf(image)) })) added.push([path, executable(program, entry?.setuid?.includes(path) === true ? 0o4755 : 0o755)])
  const name = addedUser(image)
  if (name !== undefined) added.push(...accountFiles(image.userland, name))
  if (image.unknown) added.push(['/usr/local/bin/app', executable('scripted')])
  return added.length === 0 ? userlandFiles(image.userland) : withFiles(userlandFiles(image.userland), added)
}

/** 'latest' where the reference names none. */
export function tagOf({ reference }: ImageConfig): string {
  return /:([^:/@]+)$/.exec(reference)?.[1] ?? 'latest'
}

/** The user that an image brings along: its own, or that of the server it is made for. */
function addedUser({ user, repository, userland }: ImageConfig): string | undefined {
  if (userland === 'none') return undefined
  const names = [user, repository.split('/').at(-1)!, userland, repository.includes('/nginx-') ? 'nginx' : '']
  return names.find(isAddedUser)
}
