import type { KubeObject, Pod } from '../../engine/api/types.ts'
import type { Command } from '../command.ts'
import { resourceFor } from '../discovery.ts'
import { CommandError, isNotFound } from '../errors.ts'
import { changePatchBody } from '../patches.ts'
import { pathOf } from '../paths.ts'
import { podsResource } from '../podsOf.ts'
import { err, out, send, type Session, type Task } from '../session.ts'
import { tailOf } from '../randomNames.ts'
import { getObject, splitPair, targetOf, type Target } from '../targets.ts'
import { untilObject } from '../waiting.ts'
import { attachTo } from './attach.ts'
import { given } from './create/generating.ts'

interface Profile {
  /** securityContext of a container in the pod or in its copy, and of one on a node. */
  inPods?: object
  onNodes?: object
  mountsRoot?: boolean
  sharesHost?: boolean
}

const restricted = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } }
const netadmin = { capabilities: { add: ['NET_ADMIN', 'NET_RAW'] } }
const sysadmin = { privileged: true }

/** KEP-1441: what each profile gives a debugging container. */
const profiles: Readonly<Record<string, Profile>> = {
  legacy: { mountsRoot: true, sharesHost: true },
  general: { inPods: { capabilities: { add: ['SYS_PTRACE'] } }, mountsRoot: true, sharesHost: true },
  baseline: {},
  netadmin: { inPods: netadmin, onNodes: netadmin, sharesHost: true },
  restricted: { inPods: restricted, onNodes: restricted },
  sysadmin: { inPods: sysadmin, onNodes: sysadmin, mountsRoot: true, sharesHost: true },
}

const profileOf = ({ flags }: Session): Profile => profiles[flags.string('profile')]!

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
    { name: 'env', type: 'stringArray', usage: 'Environment variables: key=value.' },
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
    { name: 'set-image', type: 'strings', usage: 'With --copy-to: container=image.' },
    { name: 'share-processes', type: 'bool', default: 'true', usage: 'With --copy-to: one process namespace for all.' },
    { name: 'stdin', short: 'i', type: 'bool', usage: "Keep the container's stdin open, and attach." },
    { name: 'target', type: 'string', usage: 'The container whose processes are to be seen.' },
    { name: 'tty', short: 't', type: 'bool', usage: 'Give the container a terminal.' },
  ],
  run,
}


function* run(session: Session): Task<void> {
  const { flags, args } = session
  yield* check(session)
  const copy = flags.string('copy-to')
  if (flags.string('profile') === 'legacy') {
    yield* err('--profile=legacy is deprecated and will be removed in the future. It is recommended to explicitly specify a profile, for example "--profile=general".\n')
  }
  const target = yield* targetNamed(session, args[0]!)
  const object = yield* getObject(session, target)
  const started =
    target.resource.kind === 'Node' ? yield* onNode(session, target)
    : copy === '' ? yield* inPod(session, target, object as Pod)
    : yield* inCopy(session, object as Pod)
  if (flags.bool('stdin') || flags.bool('attach')) yield* attachWhenRunning(session, started)
}

/** In kubectl's own order: what is aimed at is told before what is wrong with the rest. */
function* check(session: Session): Task<void> {
  const { flags, args } = session
  const profile = flags.string('profile')
  if (!Object.hasOwn(profiles, profile)) throw new CommandError(`unknown profile: ${profile}`)
  const [image, target] = [flags.string('image'), flags.string('target')]
  const replacing = flags.list('set-image').length > 0
  if (flags.string('copy-to') !== '') {
    const command = commandOf(session).length > 0
    if (image === '' && !replacing && !command) throw new CommandError('you must specify --image, --set-image or command arguments.')
    if (command && image === '' && flags.string('container') === '') throw new CommandError('you must specify an existing container or a new image when specifying args.')
    if (target !== '') throw new CommandError('--target is incompatible with --copy-to. Use --share-processes instead.')
  } else {
    for (const only of ['replace', 'same-node']) if (flags.bool(only)) throw new CommandError(`--${only} may only be used with --copy-to.`)
    if (replacing) throw new CommandError('--set-image may only be used with --copy-to.')
    if (image === '') throw new CommandError('you must specify --image when not using --copy-to.')
  }
  if (args.length === 0) throw new CommandError('NAME or filename is required for debug')
  if (target !== '' && !flags.bool('quiet')) {
    yield* out(`Targeting container "${target}". If you don't see processes from this container it may be because the container runtime doesn't support this feature.\n`)
  }
  if (flags.bool('tty') && !flags.bool('stdin')) throw new CommandError('-i/--stdin is required for containers with -t/--tty=true')
}

const commandOf = ({ args, dash }: Session): string[] => (dash < 0 ? [] : args.slice(dash))

function* targetNamed(session: Session, argument: string): Task<Target> {
  const { namespace } = session.context
  const { type, name } = argument.includes('/') ? splitPair(argument) : { type: 'pods', name: argument }
  const resource = yield* resourceFor(session, type)
  const target: Target = { resource, namespace: resource.namespaced ? namespace : '', name, source: '', object: undefined }
  if (resource.kind === 'Pod' || resource.kind === 'Node') return target
  yield* getObject(session, target)
  throw new CommandError(`"${resource.group === '' ? '' : `${resource.group}/`}${resource.version}, Kind=${resource.kind}" not supported by debug`)
}

interface Started {
  target: Target
  container: string
}

function containerFor(session: Session, name: string, security: object | undefined): Record<string, unknown> {
  const { flags } = session
  const command = commandOf(session)
  const env = flags.list('env').map((text) => ({ name: text.split('=')[0]!, value: text.slice(text.indexOf('=') + 1) }))
  return given({
    name,
    image: flags.string('image'),
    [flags.bool('arguments-only') ? 'args' : 'command']: command.length > 0 ? command : undefined,
    env: env.length > 0 ? env : undefined,
    imagePullPolicy: flags.string('image-pull-policy') || undefined,
    resources: {},
    securityContext: security,
    stdin: flags.bool('stdin') || undefined,
    terminationMessagePolicy: 'File',
    tty: flags.bool('tty') || undefined,
  })
}

function* containerName(session: Session, pod: Pod): Task<string> {
  const { flags, input } = session
  const wanted = flags.string('container')
  if (wanted !== '') return wanted
  const name = `debugger-${tailOf(`${pod.metadata.uid}${input.now()}`)}`
  if (!flags.bool('quiet')) yield* out(`Defaulting debug container name to ${name}.\n`)
  return name
}

/** Another container in a pod that runs. */
function* inPod(session: Session, target: Target, pod: Pod): Task<Started> {
  const targetContainer = session.flags.string('target')
  const name = yield* containerName(session, pod)
  const container = { ...containerFor(session, name, profileOf(session).inPods), ...(targetContainer === '' ? {} : { targetContainerName: targetContainer }) }
  const after = { ...pod, spec: { ...pod.spec, ephemeralContainers: [...(pod.spec.ephemeralContainers ?? []), container] } } as unknown as KubeObject
  const { body, contentType } = changePatchBody(podsResource, pod, after)
  try {
    yield* send(session, { verb: 'patch', path: pathOf(podsResource, target.namespace, target.name, 'ephemeralcontainers'), body, contentType })
  } catch (error) {
    if (isNotFound(error)) throw new CommandError(`ephemeral containers are disabled for this cluster (error from server: ${JSON.stringify((error as Error).message)}).`)
    throw error
  }
  return { target, container: name }
}

/** A pod like the other, with another container or other images. */
function* inCopy(session: Session, pod: Pod): Task<Started> {
  const { flags, context } = session
  const images = new Map(flags.list('set-image').map((pair) => pair.split('=') as [string, string]))
  const known = pod.spec.containers.some((c) => c.name === flags.string('container'))
  const adds = flags.string('image') !== '' && !known
  const name = adds ? yield* containerName(session, pod) : flags.string('container') || pod.spec.containers[0]!.name
  const command = commandOf(session)
  const containers: unknown[] = pod.spec.containers.map((c) => {
    const { livenessProbe, readinessProbe, startupProbe, ...rest } = c
    const mine = c.name === name && !adds
    return given({
      ...rest,
      livenessProbe: flags.bool('keep-liveness') ? livenessProbe : undefined,
      readinessProbe: flags.bool('keep-readiness') ? readinessProbe : undefined,
      startupProbe: flags.bool('keep-startup') ? startupProbe : undefined,
      image: (mine && flags.string('image')) || images.get(c.name) || images.get('*') || c.image,
      ...(mine && command.length > 0 ? { [flags.bool('arguments-only') ? 'args' : 'command']: command } : {}),
    })
  })
  if (adds) containers.push(containerFor(session, name, profileOf(session).inPods))
  const { nodeName, ...spec } = pod.spec
  const body = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: given({ name: flags.string('copy-to'), namespace: context.namespace, labels: flags.bool('keep-labels') ? pod.metadata.labels : undefined, annotations: flags.bool('keep-annotations') || flags.string('profile') === 'legacy' ? pod.metadata.annotations : undefined }),
    spec: given({ ...spec, containers, ephemeralContainers: undefined, shareProcessNamespace: flags.bool('share-processes'), nodeName: flags.bool('same-node') ? nodeName : undefined }),
    status: {},
  }
  if (flags.bool('replace')) yield* send(session, { verb: 'delete', path: pathOf(podsResource, context.namespace, pod.metadata.name), body: { kind: 'DeleteOptions', apiVersion: 'v1' } })
  const response = yield* send(session, { verb: 'create', path: pathOf(podsResource, context.namespace), body })
  return { target: { ...targetOf(podsResource, response.body as KubeObject), namespace: context.namespace }, container: name }
}

/** A pod on the node that sees its files and processes. */
function* onNode(session: Session, { name }: Target): Task<Started> {
  const { flags, context, input } = session
  const profile = profileOf(session)
  const container = flags.string('container') || 'debugger'
  const podName = `node-debugger-${name}-${tailOf(`${name}${input.now()}`)}`
  if (!flags.bool('quiet')) yield* out(`Creating debugging pod ${podName} with container ${container} on node ${name}.\n`)
  const body = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: podName, labels: { 'app.kubernetes.io/managed-by': 'kubectl-debug' } },
    spec: {
      containers: [{ ...containerFor(session, container, profile.onNodes), ...(profile.mountsRoot ? { volumeMounts: [{ name: 'host-root', mountPath: '/host' }] } : {}) }],
      ...(profile.sharesHost ? { hostIPC: true, hostNetwork: true, hostPID: true } : {}),
      nodeName: name,
      restartPolicy: 'Never',
      tolerations: [{ operator: 'Exists' }],
      ...(profile.mountsRoot ? { volumes: [{ name: 'host-root', hostPath: { path: '/' } }] } : {}),
    },
    status: {},
  }
  yield* send(session, { verb: 'create', path: pathOf(podsResource, context.namespace), body })
  return { target: { resource: podsResource, namespace: context.namespace, name: podName, source: '', object: undefined }, container }
}

function* attachWhenRunning(session: Session, { target, container }: Started): Task<void> {
  const stateOf = (pod: Pod) =>
    [...(pod.status.ephemeralContainerStatuses ?? []), ...(pod.status.containerStatuses ?? [])].find((s) => s.name === container)?.state
  const object = yield* untilObject(session, target, undefined, (found) => {
    const state = found && stateOf(found as Pod)
    return found === undefined || Boolean(state?.running ?? state?.terminated)
  })
  if (object === undefined) throw new CommandError(`pods "${target.name}" not found`)
  const pod = object as Pod
  if (stateOf(pod)?.running) return yield* attachTo(session, pod, container)
  const path = pathOf(podsResource, target.namespace, target.name, 'log')
  const response = yield* send(session, { verb: 'get', path, query: { container } })
  yield* out(typeof response.body === 'string' ? response.body : '')
}
