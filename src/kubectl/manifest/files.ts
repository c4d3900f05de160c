/** `-f`: files, directories and standard input (cli-runtime/pkg/resource, FilenameParam and its visitors). */
import { ConnectionError, CommandError, type KubectlError } from '../errors.ts'
import type { Session } from '../session.ts'
import { readDocuments } from './documents.ts'

export interface Manifest {
  /** As messages name it: "p.yaml", "STDIN". */
  source: string
  values: unknown[]
  /** What is wrong behind the last value. */
  error: KubectlError | undefined
}

const extensions = ['.json', '.yaml', '.yml']

/** Everything that `-f` names. A path that is not there ends the command; a broken file is told in its place. */
export function readManifests(session: Session, paths: readonly string[], recursive: boolean): Manifest[] {
  return paths.flatMap((path) => textsAt(session, path, recursive)).map(([source, text]) => {
    const { values, error } = readDocuments(text)
    return { source, values, error: error === '' ? undefined : new CommandError(`error parsing ${source}: ${error}`) }
  })
}

function textsAt(session: Session, path: string, recursive: boolean): [source: string, text: string][] {
  if (path === '-') return [['STDIN', session.input.stdin]]
  if (/^https?:\/\//.test(path)) {
    const host = path.replace(/^https?:\/\//, '').replace(/[:/].*$/, '')
    throw new ConnectionError(`dial tcp: lookup ${host}: no such host`, host)
  }
  const { files } = session.input
  const given = normalize(path)
  // What lies in the home directory, in which one mostly is, is known by its path from there.
  const name = Object.hasOwn(files, given) ? given : given.replace(/^\/root\//, '')
  if (Object.hasOwn(files, name)) return [[path, files[name]!]]
  const inside = filesUnder(files, name)
  if (inside.length > 0) return fromDirectory(files, path, inside, recursive)
  const pattern = matchPattern(files, name)
  if (pattern.length > 0) return pattern.map((file) => [file, files[file]!])
  throw new CommandError(`the path "${path}" does not exist`)
}

function fromDirectory(
  files: Readonly<Record<string, string>>, path: string, inside: string[], recursive: boolean,
): [string, string][] {
  const prefix = normalize(path) === '.' ? '' : `${normalize(path)}/`
  const reachable = inside.filter((file) => recursive || !file.slice(prefix.length).includes('/'))
  const manifests = reachable.filter((file) => extensions.some((extension) => file.endsWith(extension)))
  if (manifests.length === 0) throw new CommandError(`error reading [${path}]: recognized file extensions are [.json .yaml .yml]`)
  return manifests.map((file) => [file, files[file]!])
}

function filesUnder(files: Readonly<Record<string, string>>, directory: string): string[] {
  const prefix = directory === '.' || directory === '' ? '' : `${directory}/`
  return Object.keys(files).filter((file) => file.startsWith(prefix)).toSorted()
}

/** "./a/../p.yaml/" is "p.yaml". */
export function normalize(path: string): string {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '..' && parts.length > 0) parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  const joined = parts.join('/')
  return path.startsWith('/') ? `/${joined}` : joined === '' ? '.' : joined
}

/** A shell that found no match hands the pattern on; kubectl then matches it itself. */
function matchPattern(files: Readonly<Record<string, string>>, pattern: string): string[] {
  if (!/[*?[]/.test(pattern)) return []
  const source = [...pattern].map((c) => (c === '*' ? '[^/]*' : c === '?' ? '[^/]' : c.replace(/[.+^${}()|\\]/, '\\$&'))).join('')
  try {
    const matcher = new RegExp(`^${source}$`)
    return Object.keys(files).filter((file) => matcher.test(file)).toSorted()
  } catch {
    return []
  }
}
