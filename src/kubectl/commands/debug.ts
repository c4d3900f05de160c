import type { KubeObject, Pod } from '../../engine/api/types.ts'
import type { Json } from '../../engine/api/patch/jsonMap.ts'
import { strategicMergePatch } from '../../engine/api/patch/strategic.ts'
import type { Command } from '../command.ts'
import { CommandError, ServerError } from '../errors.ts'
import { readDocuments } from '../manifest/documents.ts'
import { normalize } from '../manifest/files.ts'
import { changePatchBody } from '../patches.ts'
import { pathOf } from '../paths.ts'
import { allContainers } from '../podContainers.ts'
import { isImageReference } from '../imageReferences.ts'
import { podsResource } from '../podsOf.ts'
import { tailOf } from '../randomNames.ts'
import { err, out, send, type Session, type Task } from '../session.ts'
import { getObject, type Target } from '../fileTargets.ts'
import { findTargets, targetOf } from '../targets.ts'
import { checkType } from '../typed.ts'
import { untilObject } from '../waiting.ts'
import { attachOrFollow, logOf } from './attach.ts'
import { given } from './create/generating.ts'
import { applyProfile, profiles, withContainer, type DebugStyle } from './debugProfiles.ts'

export const debug: Command = {
  name: 'debug',
  usage: 'debug (POD | TYPE[[.VERSION].GROUP]/NAME) [ -- COMMAND [args...] ] [options]',
  summary: 'Create debugging sessions for troubleshooting workloads and nodes',
  examples: `# A container beside those of a pod, with its processes in sight
kubectl debug web -it --image=busybox --target=app

# A copy of the pod with another command
kubectl debug web -it --copy-to=web-debug --container=app -- sh

# On a node
kubectl debug node/node1 -it --image=busybox`,
  flags: [
    { name: 'arguments-only', type: 'bool', usage: 'What follows -- are arguments, not a command.' },
    { name: 'attach', type: 'bool', usage: 'Wait for the container and attach to it.' },
    { name: 'container', short: 'c', type: 'string', usage: 'Name of the debugging container.' },
    { name: 'copy-to', type: 'string', usage: 'Make a copy of the pod with this name.' },
    { name: 'custom', type: 'string', usage: 'A file with part of a container, to change what the profile gives.' },
    { name: 'env', type: 'stringToString', usage: 'Environment variables: key=value.' },
    { name: 'filename', short: 'f', type: 'strings', usage: 'Files with what is to be debugged.' },
    { name: 'image', type: 'string', usage: 'Image of the debugging container.' },
    { name: 'image-pull-policy', type: 'string', values: ['Always', 'IfNotPresent', 'Never'], usage: 'When to pull the image.' },
    { name: 'keep-annotations', type: 'bool', usage: 'With --copy-to: keep the annotations.' },
    { name: 'keep-init-containers', type: 'bool', default: 'true', usage: 'With --copy-to: keep the init containers.' },
    { name: 'keep-labels', type: 'bool', usage: 'With --copy-to: keep the labels.' },
    { name: 'keep-liveness', type: 'bool', usage: 'With --copy-to: keep the liveness probes.' },
    { name: 'keep-readiness', type: 'bool', usage: 'With --copy-to: keep the readiness probes.' },
    { name: 'keep-startup', type: 'bool', usage: 'With --copy-to: keep the startup probes.' },
    { name: 'profile', type: 'string', default: 'legacy', values: Object.keys(profiles), usage: 'Which rights the container gets.' },
    { name: 'quiet', short: 'q', type: 'bool', usage: 'No messages.' },
    { name: 'replace', type: 'bool', usage: 'With --copy-to: delete the original.' },
    { name: 'same-node', type: 'bool', usage: 'With --copy-to: on the same node.' },
    { name: 'set-image', type: 'stringToString', usage: 'With --copy-to: container=image.' },
    { name: 'share-processes', type: 'bool', default: 'true', usage: 'With --copy-to: one process namespace for all.' },
    { name: 'stdin', short: 'i', type: 'bool', usage: "Keep the container's stdin open, and attach." },
    { name: 'target', type: 'string', usage: 'The container whose processes are to be seen.' },
    { name: 'tty', short: 't', type: 'bool', usage: 'Give the container a terminal.' },
  ],
  run,
}



function* run(session: Session): Task<void> {
  const { flags, args, dash } = session
  const names = dash < 0 ? args : args.slice(0, dash)
  const custom = customOf(session)
  yield* check(session, names, custom)
  const found = yield* findTargets(session, {
    args: names.map((name) => (name.includes('/') ? name : `pods/${name}`)), filenames: flags.list('filename'),
  })
  for (const query of found.queries) {
    if (query.by !== 'name') continue
    const { resource } = query.target
    const object = yield* getObject(session, query.target)
    checkType(resource)
    const make = Object.hasOwn(makers, resource.kind) ? makers[resource.kind]! : undefined
    if (make === undefined) throw new CommandError(`"${resource.group === '' ? '' : resource.group}/${resource.version}, Kind=${resource.kind}" not supported by debug`)
    const started = yield* make(session, object, custom)
    const attaches = flags.changed('attach') ? flags.bool('attach') : flags.bool('stdin')
    if (attaches && started.container !== '') yield* attachWhenRunning(session, started)
  }
}

type Custom = Record<string, unknown> | undefined

interface Started {
  target: Target
  /** '' where nothing but images was changed. */
  container: string
}

/** What can be aimed at, and how. */
const makers: Readonly<Record<string, (session: Session, object: KubeObject, custom: Custom) => Task<Started>>> = {
  Node: onNode,
  Pod: (session, object, custom) => (session.flags.string('copy-to') === '' ? inPod : inCopy)(session, object as Pod, custom),
}

/** --custom: part of a container, as JSON or YAML. */
function customOf({ flags, input }: Session): Custom {
  const path = flags.string('custom')
  const profile = flags.string('profile')
  if (!Object.hasOwn(profiles, profile)) throw new CommandError(`unknown profile: ${profile}`)
  if (path === '') return undefined
  const text = input.files[normalize(path)]
  if (text === undefined) throw new CommandError(`must pass a container spec json file for custom profile: open ${path}: no such file or directory`)
  const { values, error } = readDocuments(text)
  if (error !== '' || typeof values[0] !== 'object') throw new CommandError(`${path} does not contain a valid container spec: ${error || 'not an object'}`)
  return values[0] as Record<string, unknown>
}

const invalidReference = 'invalid reference format'

/** In kubectl's own order: what is aimed at is told before what is wrong with the rest. */
function* check(session: Session, names: readonly string[], custom: Custom): Task<void> {
  const { flags } = session
  const [image, target, copy] = [flags.string('image'), flags.string('target'), flags.string('copy-to')]
  const images = flags.map('set-image')
  if (flags.changed('attach') && flags.bool('attach') && image === '' && flags.string('container') === '') {
    throw new CommandError('you must specify --container or create a new container using --image in order to attach.')
  }
  checkCopying(session, copy, image, images.size > 0)
  if (image !== '' && !isImageReference(image)) throw new CommandError(`invalid image name "${image}": ${invalidReference}`)
  if (names.length === 0 && flags.list('filename').length === 0) throw new CommandError('NAME or filename is required for debug')
  const policy = flags.string('image-pull-policy')
  if (!['', 'Always', 'IfNotPresent', 'Never'].includes(policy)) throw new CommandError(`invalid image pull policy: ${policy}`)
  const wrong = [...images].find(([, reference]) => !isImageReference(reference))
  if (wrong) throw new CommandError(`invalid image name "${wrong[1]}" for container "${wrong[0]}": ${invalidReference}`)
  if (target !== '') {
    if (copy !== '') throw new CommandError('--target is incompatible with --copy-to. Use --share-processes instead.')
    if (!flags.bool('quiet')) {
      yield* out(`Targeting container "${target}". If you don't see processes from this container it may be because the container runtime doesn't support this feature.\n`)
    }
  }
  if (flags.bool('tty') && !flags.bool('stdin')) throw new CommandError('-i/--stdin is required for containers with -t/--tty=true')
  if (['name', 'command', 'image', 'lifecycle', 'volumeDevices'].some((field) => custom?.[field] !== undefined)) {
    throw new CommandError('name, command, image, lifecycle and volume devices are not modifiable via custom profile')
  }
  if (flags.string('profile') === 'legacy') {
    yield* err('--profile=legacy is deprecated and will be removed in the future. It is recommended to explicitly specify a profile, for example "--profile=general".\n')
  }
}

function checkCopying(session: Session, copy: string, image: string, replacing: boolean): void {
  const { flags } = session
  if (copy !== '') {
    const command = commandOf(session).length > 0
    if (image === '' && !replacing && !command) throw new CommandError('you must specify --image, --set-image or command arguments.')
    if (command && image === '' && flags.string('container') === '') throw new CommandError('you must specify an existing container or a new image when specifying args.')
    return
  }
  for (const only of ['replace', 'same-node']) if (flags.bool(only)) throw new CommandError(`--${only} may only be used with --copy-to.`)
  if (replacing) throw new CommandError('--set-image may only be used with --copy-to.')
  if (image === '') throw new CommandError('you must specify --image when not using --copy-to.')
}

const commandOf = ({ args, dash }: Session): string[] => (dash < 0 ? [] : args.slice(dash))

/** What the flags say of the debugging container. */
function containerFields(session: Session): Record<string, unknown> {
  const { flags } = session
  const command = commandOf(session)
  const env = [...flags.map('env')].map(([name, value]) => ({ name, value }))
  return {
    ...(command.length > 0 ? { [flags.bool('arguments-only') ? 'args' : 'command']: command } : {}),
    ...(env.length > 0 ? { env } : {}),
    ...(flags.string('image') === '' ? {} : { image: flags.string('image') }),
    ...(flags.string('image-pull-policy') === '' ? {} : { imagePullPolicy: flags.string('image-pull-policy') }),
    ...given({ stdin: flags.bool('stdin') || undefined, tty: flags.bool('tty') || undefined }),
  }
}

function newContainer(session: Session, name: string): Record<string, unknown> {
  return { name, ...containerFields(session), resources: {}, terminationMessagePolicy: 'File' }
}

/** With what the profile and --custom make of it. */
function finished(session: Session, style: DebugStyle, pod: Pod, container: string, custom: Custom): Pod {
  const { flags } = session
  const applied = applyProfile(flags.string('profile'), style, pod, container, {
    labels: flags.bool('keep-labels'),
    annotations: flags.bool('keep-annotations'),
    liveness: flags.bool('keep-liveness'),
    readiness: flags.bool('keep-readiness'),
    startup: flags.bool('keep-startup'),
    initContainers: flags.bool('keep-init-containers'),
  })
  if (custom === undefined) return applied
  const list = style === 'ephemeral' ? 'ephemeralContainers' : 'containers'
  const patch = { spec: { [list]: [{ ...custom, name: container }] } } as unknown as Json
  return strategicMergePatch(applied as unknown as Json, patch, 'v1', 'Pod') as unknown as Pod
}

/** Some capabilities are of no use to a user that is not root (kubernetes/kubectl#1650). */
function* warnOfUser({ spec }: Pod, container: string): Task<void> {
  const user = spec.securityContext?.runAsUser ?? 0
  const security = [...spec.containers, ...(spec.ephemeralContainers ?? [])].find(({ name }) => name === container)?.securityContext
  const grants = security?.privileged === true || (security?.capabilities?.add ?? []).length > 0
  if (user === 0 || security?.runAsUser === 0 || !grants) return
  yield* err('Warning: Non-root user is configured for the entire target Pod, and some capabilities granted by debug profile may not work. Please consider using "--custom" with a custom profile that specifies "securityContext.runAsUser: 0".\n')
}

function* containerName({ flags, input }: Session, pod: Pod): Task<string> {
  const wanted = flags.string('container')
  if (wanted !== '') return wanted
  const taken = Object.values(allContainers(pod)).flat()
  let name = ''
  for (let draw = 0; name === '' || taken.includes(name); draw++) name = `debugger-${tailOf(`${pod.metadata.uid ?? pod.metadata.name}${input.now() + draw}`)}`
  if (!flags.bool('quiet')) yield* out(`Defaulting debug container name to ${name}.\n`)
  return name
}

/** Another container in a pod that runs. */
function* inPod(session: Session, pod: Pod, custom: Custom): Task<Started> {
  const aim = session.flags.string('target')
  const name = yield* containerName(session, pod)
  const container = { ...newContainer(session, name), ...(aim === '' ? {} : { targetContainerName: aim }) }
  const added = { ...pod, spec: { ...pod.spec, ephemeralContainers: [...(pod.spec.ephemeralContainers ?? []), container] } } as unknown as Pod
  const after = finished(session, 'ephemeral', added, name, custom)
  yield* warnOfUser(after, name)
  const { body, contentType } = changePatchBody(podsResource, pod, after)
  const target = targetOf(podsResource, pod)
  try {
    yield* send(session, { verb: 'patch', path: pathOf(podsResource, target.namespace, target.name, 'ephemeralcontainers'), body, contentType })
  } catch (error) {
    // Without a name it is the path that is not there.
    if (error instanceof ServerError && error.reason === 'NotFound' && !error.status.details?.name) {
      throw new CommandError(`ephemeral containers are disabled for this cluster (error from server: ${JSON.stringify(error.message)})`)
    }
    throw error
  }
  return { target, container: name }
}

/** A pod like the other, with another container or other images. */
function* inCopy(session: Session, pod: Pod, custom: Custom): Task<Started> {
  const { flags } = session
  const { pod: copy, container } = yield* copyOf(session, pod, custom)
  if (container !== '') yield* warnOfUser(copy, container)
  const namespace = pod.metadata.namespace ?? ''
  const response = yield* send(session, { verb: 'create', path: pathOf(podsResource, namespace), body: copy })
  if (flags.bool('replace')) {
    const body = { kind: 'DeleteOptions', apiVersion: 'v1', gracePeriodSeconds: 0 }
    yield* send(session, { verb: 'delete', path: pathOf(podsResource, namespace, pod.metadata.name), body })
  }
  return { target: targetOf(podsResource, response.body as KubeObject), container }
}

function* copyOf(session: Session, pod: Pod, custom: Custom): Task<{ pod: Pod; container: string }> {
  const { flags } = session
  const { labels, annotations, namespace } = pod.metadata
  const { nodeName, ephemeralContainers: _, ...spec } = pod.spec
  const images = flags.map('set-image')
  const containers = pod.spec.containers.map((c) => ({ ...c, image: images.get(c.name) ?? images.get('*') ?? c.image }))
  const copy = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: given({ name: flags.string('copy-to'), namespace, labels, annotations }),
    spec: given({
      ...spec,
      containers,
      nodeName: flags.bool('same-node') ? nodeName : undefined,
      shareProcessNamespace: flags.changed('share-processes') ? flags.bool('share-processes') : spec.shareProcessNamespace,
    }),
    status: {},
  } as unknown as Pod
  const wanted = flags.string('container')
  if (Object.values(allContainers(copy)).some((names) => names.includes(wanted))) {
    const command = commandOf(session).length > 0 && !flags.bool('arguments-only')
    const changed = withContainer(copy, wanted, (c) => given({ ...c, stdin: undefined, tty: undefined, ...(command ? { args: undefined } : {}), ...containerFields(session) }))
    return { pod: finished(session, 'copy', changed, wanted, custom), container: wanted }
  }
  if (flags.string('image') === '') {
    if (images.size > 0) return { pod: copy, container: '' }
    throw new CommandError('you must specify image when creating new container')
  }
  const name = yield* containerName(session, copy)
  const added = { ...copy, spec: { ...copy.spec, containers: [...copy.spec.containers, newContainer(session, name)] } } as unknown as Pod
  return { pod: finished(session, 'copy', added, name, custom), container: name }
}

/** A pod on the node that sees its files and processes. */
function* onNode(session: Session, node: KubeObject, custom: Custom): Task<Started> {
  const { flags, context, input } = session
  const { name } = node.metadata
  const container = flags.string('container') || 'debugger'
  const podName = `node-debugger-${name}-${tailOf(`${name}${input.now()}`)}`
  if (!flags.bool('quiet')) yield* out(`Creating debugging pod ${podName} with container ${container} on node ${name}.\n`)
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: podName, labels: { 'app.kubernetes.io/managed-by': 'kubectl-debug' } },
    spec: { containers: [newContainer(session, container)], nodeName: name, restartPolicy: 'Never', tolerations: [{ operator: 'Exists' }] },
    status: {},
  } as unknown as Pod
  const body = finished(session, 'node', pod, container, custom)
  const response = yield* send(session, { verb: 'create', path: pathOf(podsResource, context.namespace), body })
  return { target: { ...targetOf(podsResource, response.body as KubeObject), namespace: context.namespace }, container }
}

function* attachWhenRunning(session: Session, { target, container }: Started): Task<void> {
  const stateOf = ({ status }: Pod) =>
    [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? []), ...(status.ephemeralContainerStatuses ?? [])].find((s) => s.name === container)?.state
  const object = yield* untilObject(session, target, undefined, function* (found) {
    const state = found && stateOf(found as Pod)
    if (state?.waiting?.message && !session.flags.bool('quiet')) yield* err(`Warning: container ${container}: ${state.waiting.message}\n`)
    return found === undefined || Boolean(state?.running ?? state?.terminated)
  })
  if (object === undefined) throw new CommandError(`pods "" not found`)
  const pod = object as Pod
  if (stateOf(pod)?.running) yield* attachOrFollow(session, pod, container)
  else yield* out(yield* logOf(session, pod, container))
}
