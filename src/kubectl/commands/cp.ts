import type { Pod } from '../../engine/api/types.ts'
import type { Command } from '../command.ts'
import { CommandError } from '../errors.ts'
import { runStream } from '../executing.ts'
import { normalize } from '../manifest/files.ts'
import { allContainers, defaultContainerOf } from '../podContainers.ts'
import { podsResource } from '../podsOf.ts'
import { out, write, type Session, type Task } from '../session.ts'
import { getObject } from '../fileTargets.ts'

export const cp: Command = {
  name: 'cp',
  usage: 'cp <file-spec-src> <file-spec-dest> [options]',
  summary: 'Copy files and directories to and from containers',
  examples: `# Into a pod
kubectl cp web.yaml web:/tmp/web.yaml

# Out of one, from one of its containers
kubectl cp web:/tmp/out out -c app`,
  flags: [
    { name: 'container', short: 'c', type: 'string', usage: 'The container; the first one if left out.' },
    { name: 'no-preserve', type: 'bool', usage: 'Do not keep owners and permissions.' },
    { name: 'retries', type: 'int', usage: 'How often to try again.' },
  ],
  run,
}

interface Place {
  namespace: string
  /** '' for a file here. */
  pod: string
  path: string
}

function* run(session: Session): Task<void> {
  const { args } = session
  if (args.length < 2) throw new CommandError('source and destination are required')
  if (args.length > 2) throw new CommandError('source and destination are required')
  const [from, to] = args.map(placeOf) as [Place, Place]
  if (from.pod !== '' && to.pod !== '') throw new CommandError('one of src or dest must be a local file specification')
  if (from.pod === '' && to.pod === '') throw new CommandError('one of src or dest must be a remote file specification')
  if (from.path === '' || to.path === '') throw new CommandError('filepath can not be empty')
  if (from.pod !== '') yield* fetchFile(session, from, to)
  else yield* sendFile(session, from, to)
}

/** "pod:/file", "namespace/pod:/file" or a file here. */
function placeOf(text: string): Place {
  const colon = text.indexOf(':')
  if (colon < 0) return { namespace: '', pod: '', path: text }
  const [name, path] = [text.slice(0, colon), text.slice(colon + 1)]
  if (colon === 0 || text.split(':').length > 2 && name.includes(' ')) throw new CommandError('filespec must match the canonical format: [[namespace/]pod:]file/path')
  const parts = name.split('/')
  if (parts.length > 2) throw new CommandError('filespec must match the canonical format: [[namespace/]pod:]file/path')
  return { namespace: parts.length === 2 ? parts[0]! : '', pod: parts.at(-1)!, path }
}

function* podAt(session: Session, { namespace, pod }: Place): Task<{ pod: Pod; container: string; notice: string }> {
  const found = (yield* getObject(session, { resource: podsResource, namespace: namespace || session.context.namespace, name: pod, source: '', object: undefined })) as Pod
  const { phase } = found.status
  if (phase === 'Succeeded' || phase === 'Failed') throw new CommandError(`cannot exec into a container in a completed pod; current phase is ${phase}`)
  const wanted = session.flags.string('container')
  const { container, notice } = wanted === '' ? defaultContainerOf(found) : { container: wanted, notice: '' }
  if (!Object.values(allContainers(found)).some((names) => names.includes(container))) throw new CommandError(`container ${container} not found in pod ${pod}`)
  return { pod: found, container, notice }
}

interface Inside {
  pod: Pod
  container: string
}

/** Runs a small script in the container, which stands for kubectl's tar there; answers what it prints. */
function* script(session: Session, inside: Inside, text: string, args: readonly string[], stdin?: string): Task<string> {
  let printed = ''
  try {
    yield* runStream(session, { ...inside, subresource: 'exec', command: ['sh', '-c', text, 'tar', ...args], stdin }, function* (stream, chunk) {
      if (stream === 'stdout') printed += chunk
      else yield* out(chunk)
    })
  } catch (error) {
    if (error instanceof CommandError) throw new CommandError(error.message.replace('exec: "sh"', 'exec: "tar"'))
    throw error
  }
  return printed
}

/** The files under a name, with the words of the container's own tar: busybox's or GNU's. */
const listing = `if [ -e /bin/busybox ]; then
case "$1" in /*) echo "tar: removing leading '/' from member names" >&2;; esac
[ -e "$1" ] || { echo "tar: can't stat '$1': No such file or directory" >&2; echo "tar: error exit delayed from previous errors" >&2; exit 1; }
else
[ -e "$1" ] || { echo "tar: $1: Cannot stat: No such file or directory" >&2; echo "tar: Exiting with failure status due to previous errors" >&2; exit 2; }
case "$1" in /*) echo "tar: Removing leading \\\`/' from member names" >&2;; esac
fi
if [ -d "$1" ]; then find "$1" -type f; else echo "$1"; fi`

/** What the container has under this name comes to files here. kubectl tells its own notices on stdout here. */
function* fetchFile(session: Session, from: Place, to: Place): Task<void> {
  const { notice, ...inside } = yield* podAt(session, from)
  yield* out(notice)
  const source = from.path.replace(/(?<=.)\/$/, '')
  const paths = (yield* script(session, inside, listing, [source])).split('\n').filter(Boolean)
  const name = source.split('/').at(-1)!
  const target = to.path.endsWith('/') || to.path === '.' ? `${to.path.replace(/\/$/, '')}/${name}` : to.path
  for (const path of paths) yield* write(normalize(target + path.slice(source.length)), yield* script(session, inside, 'cat "$1"', [path]))
}

const isDirectory = 'if [ -d "$1" ]; then echo yes; fi'
const receive = 'mkdir -p "$(dirname "$1")" && cat > "$1"'

/** A file or a directory; into a directory that is there it goes under its own name. */
function* sendFile(session: Session, from: Place, to: Place): Task<void> {
  const source = normalize(from.path)
  const { files } = session.input
  const names = Object.keys(files).filter((file) => file === source || file.startsWith(`${source}/`))
  if (names.length === 0) throw new CommandError(`${from.path} doesn't exist in local filesystem`)
  const { notice, ...inside } = yield* podAt(session, to)
  yield* out(notice)
  const isInto = (yield* script(session, inside, isDirectory, [to.path])) !== ''
  const target = isInto ? `${to.path.replace(/\/$/, '')}/${source.split('/').at(-1)!}` : to.path
  for (const name of names) yield* script(session, inside, receive, [target + name.slice(source.length)], files[name]!)
}
