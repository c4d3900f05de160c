import type { Pod } from '../../engine/api/types.ts'
import type { Command } from '../command.ts'
import { CommandError } from '../errors.ts'
import { runStream } from '../executing.ts'
import { normalize } from '../manifest/files.ts'
import { allContainers, defaultContainerOf } from '../podContainers.ts'
import { podsResource } from '../podsOf.ts'
import { out, write, type Session, type Task } from '../session.ts'
import { getObject } from '../targets.ts'

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

/** What the container has under this name comes to a file here. kubectl tells its own notices on stdout here. */
function* fetchFile(session: Session, from: Place, to: Place): Task<void> {
  const { pod, container, notice } = yield* podAt(session, from)
  yield* out(notice)
  let text = ''
  const command = ['cat', from.path]
  yield* runStream(session, { pod, container, subresource: 'exec', command }, function* (stream, chunk) {
    if (stream === 'stdout') text += chunk
    else yield* out(chunk)
  })
  if (from.path.startsWith('/')) yield* out("tar: removing leading '/' from member names\n")
  const name = from.path.split('/').at(-1)!
  const target = to.path.endsWith('/') || to.path === '.' ? `${to.path.replace(/\/$/, '')}/${name}` : to.path
  yield* write(normalize(target), text)
}

function* sendFile(session: Session, from: Place, to: Place): Task<void> {
  const source = normalize(from.path)
  const text = session.input.files[source]
  const inside = Object.keys(session.input.files).some((file) => file.startsWith(`${source}/`))
  if (text === undefined && !inside) throw new CommandError(`${from.path} doesn't exist in local filesystem`)
  if (text === undefined) throw new CommandError('kubectl cp of a directory is not supported by Podreel')
  const { pod, container, notice } = yield* podAt(session, to)
  yield* out(notice)
  const script = 'if [ -d "$1" ]; then cat > "$1/$2"; else cat > "$1"; fi'
  const command = ['sh', '-c', script, 'cp', to.path, source.split('/').at(-1)!]
  yield* runStream(session, { pod, container, subresource: 'exec', command, stdin: text })
}
