import { findResource } from '../../engine/api/resources.ts'
import type { KubeObject, Pod } from '../../engine/api/types.ts'
import { dryRunFlag, fieldManagerFlag, filenameFlags, type Command } from '../command.ts'
import { deleteObjects } from '../deleting.ts'
import { dryRunOf, withDryRun, writeQuery, type DryRun } from '../dryRun.ts'
import { CommandError, ExitError, KubectlError, throwAll, usageError } from '../errors.ts'
import { applyOverrides, overrideFlags } from '../overrides.ts'
import { pathOf } from '../paths.ts'
import { envVarNameError } from '../envVarNames.ts'
import { isImageReference } from '../imageReferences.ts'
import { podsResource } from '../podsOf.ts'
import { outputFlags, printerFor, type ObjectPrinter } from '../printing/output.ts'
import { configured, recordFlag } from '../recording.ts'
import { out, send, type Session, type Task } from '../session.ts'
import type { Target } from '../fileTargets.ts'
import { targetOf } from '../targets.ts'
import { untilObject } from '../waiting.ts'
import { attachOrFollow, logOf } from './attach.ts'
import { given, inOrder } from './create/generating.ts'
import { parseLabels } from './expose.ts'
import { parsePairs } from '../pairs.ts'

export const run: Command = {
  name: 'run',
  usage: 'run NAME --image=image [--env="key=value"] [--port=port] [--dry-run=server|client] [--overrides=inline-json] [--command] -- [COMMAND] [args...] [options]',
  summary: 'Run a particular image on the cluster',
  examples: `# A pod
kubectl run web --image=nginx

# With a port and a variable
kubectl run web --image=nginx --port=80 --env=MODE=test

# Only its manifest
kubectl run web --image=nginx --dry-run=client -o yaml

# A shell that goes when it is left
kubectl run -i -t shell --image=busybox --rm --restart=Never -- sh`,
  flags: [
    { name: 'annotations', type: 'stringArray', usage: 'Annotations of the pod.' },
    { name: 'attach', type: 'bool', usage: 'Wait for the pod and attach to it.' },
    { name: 'cascade', type: 'string', default: 'background', alone: 'background', usage: 'With --rm: what becomes of dependents.' },
    { name: 'command', type: 'bool', usage: 'The arguments replace the command of the image.' },
    dryRunFlag,
    { name: 'env', type: 'stringArray', usage: 'Environment variables: key=value.' },
    { name: 'expose', type: 'bool', usage: 'Make a service, too.' },
    fieldManagerFlag('kubectl-run'),
    ...filenameFlags,
    { name: 'force', type: 'bool', usage: 'With --rm: take the pod out of the API at once.' },
    { name: 'grace-period', type: 'int', default: '-1', usage: 'With --rm: seconds to end in.' },
    { name: 'image', type: 'string', required: true, usage: 'The image.' },
    { name: 'image-pull-policy', type: 'string', values: ['Always', 'IfNotPresent', 'Never'], usage: 'When to pull the image.' },
    { name: 'labels', short: 'l', type: 'string', usage: 'Labels of the pod: a=b,c=d.' },
    { name: 'leave-stdin-open', type: 'bool', usage: 'Keep stdin open after the first attach ends.' },
    ...outputFlags,
    ...overrideFlags,
    { name: 'pod-running-timeout', type: 'duration', default: '1m0s', usage: 'How long to wait for the pod.' },
    { name: 'port', type: 'string', usage: 'The port that the container listens on.' },
    { name: 'privileged', type: 'bool', usage: 'Run with all privileges.' },
    { name: 'quiet', short: 'q', type: 'bool', usage: 'Print only what the container prints.' },
    { name: 'restart', type: 'string', default: 'Always', values: ['Always', 'OnFailure', 'Never'], usage: 'restartPolicy of the pod.' },
    { name: 'rm', type: 'bool', usage: 'Delete the pod after it has ended; for attached ones.' },
    recordFlag,
    { name: 'save-config', type: 'bool', usage: 'Keep the configuration in an annotation, for apply.' },
    { name: 'stdin', short: 'i', type: 'bool', usage: "Keep the container's stdin open, and attach." },
    { name: 'timeout', type: 'duration', default: '0s', usage: 'With --rm: how long to wait.' },
    { name: 'tty', short: 't', type: 'bool', usage: 'Give the container a terminal.' },
    { name: 'wait', type: 'bool', usage: 'With --rm: wait until the pod is gone.' },
  ],
  run: main,
}

const services = findResource('', 'v1', 'services')!

interface Created {
  target: Target
  print: () => string
}

function* main(session: Session): Task<number | void> {
  const { flags } = session
  const dryRun = yield* dryRunOf(session)
  const attached = check(session, dryRun)
  const name = session.args[0]!
  const pod = applyOverrides(session, podFor(session, name))
  const service = flags.bool('expose') ? serviceFor(session, name, pod) : undefined
  const print = printerFor(session, withDryRun('created', dryRun))
  const errors: KubectlError[] = []
  const made: Created[] = []
  const created = yield* create(session, pod, dryRun, print)
  if (service) {
    try {
      const other = yield* create(session, service, dryRun, print)
      made.push(other)
      const format = flags.string('output')
      yield* out(other.print() + (format === '' || format === 'name' ? '' : '---\n'))
    } catch (error) {
      if (!(error instanceof KubectlError)) throw error
      errors.push(error)
    }
  }
  made.push(created)
  if (attached) return yield* attachAndWait(session, created.target, made)
  yield* out(created.print())
  throwAll(errors)
}

/** Refuses what cannot be; answers whether to attach. */
function check({ flags, args, dash }: Session, dryRun: DryRun): boolean {
  const image = flags.string('image')
  const attached = flags.changed('attach') ? flags.bool('attach') : flags.bool('stdin')
  const problem = (text: string) => usageError('run', text)
  if (args.length === 0 || dash === 0) throw problem('NAME is required for run')
  if (image === '') throw new CommandError('--image is required')
  if (!isImageReference(image)) throw new CommandError(`Invalid image name "${image}": invalid reference format`)
  if (flags.bool('tty') && !flags.bool('stdin')) throw problem('-i/--stdin is required for containers with -t/--tty=true')
  if (flags.bool('expose') && flags.string('port') === '') throw problem('--port must be set when exposing a service')
  if (!['Always', 'OnFailure', 'Never'].includes(flags.string('restart'))) throw problem(`invalid restart policy: ${flags.string('restart')}`)
  if (!attached && flags.bool('rm')) throw problem('--rm should only be used for attached containers')
  if (attached && dryRun !== 'none') throw problem("--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)")
  const policy = flags.string('image-pull-policy')
  if (!['', 'Always', 'IfNotPresent', 'Never'].includes(policy)) throw problem(`invalid image pull policy: ${policy}`)
  return attached
}

function podFor(session: Session, name: string): KubeObject {
  const { flags, context } = session
  const annotations = Object.fromEntries(parsePairs(flags.list('annotations'), 'annotation').set)
  const words = session.args.slice(1)
  const field = flags.bool('command') ? 'command' : 'args'
  const port = flags.string('port')
  if (port !== '' && !/^\d+$/.test(port)) throw new CommandError(`strconv.Atoi: parsing ${JSON.stringify(port)}: invalid syntax`)
  const env = flags.list('env').map(variableOf)
  const stdin = flags.bool('stdin')
  const container = given({
    name,
    image: flags.string('image'),
    [field]: words.length > 0 ? words : undefined,
    ports: port === '' ? undefined : [{ containerPort: Number(port) }],
    env: env.length > 0 ? env : undefined,
    resources: {},
    imagePullPolicy: flags.string('image-pull-policy') || undefined,
    securityContext: flags.bool('privileged') ? { privileged: true } : undefined,
    stdin: stdin || undefined,
    stdinOnce: (stdin && !flags.bool('leave-stdin-open')) || undefined,
    tty: flags.bool('tty') || undefined,
  })
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: given({
      name,
      namespace: context.explicit ? context.namespace : undefined,
      labels: parseLabels(flags.string('labels')) ?? { run: name },
      annotations: Object.keys(annotations).length > 0 ? annotations : undefined,
    }),
    spec: { containers: [container], restartPolicy: flags.string('restart'), dnsPolicy: 'ClusterFirst' },
    status: {},
  } as unknown as KubeObject
}

function variableOf(text: string): { name: string; value?: string } {
  const equals = text.indexOf('=')
  if (equals < 1 || envVarNameError(text.slice(0, equals)) !== undefined) throw new CommandError(`invalid env: ${text}`)
  return given({ name: text.slice(0, equals), value: text.slice(equals + 1) || undefined }) as {
    name: string
    value?: string
  }
}

/** --expose */
function serviceFor({ flags, context }: Session, name: string, pod: KubeObject): KubeObject {
  const port = Number(flags.string('port'))
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: given({ name, namespace: context.explicit ? context.namespace : undefined }),
    spec: { ports: [{ protocol: 'TCP', port, targetPort: port }], selector: pod.metadata.labels },
    status: { loadBalancer: {} },
  } as unknown as KubeObject
}

function* create(session: Session, object: KubeObject, dryRun: DryRun, print: ObjectPrinter): Task<Created> {
  const { flags, context } = session
  const resource = object.kind === 'Pod' ? podsResource : services
  if (dryRun === 'client') {
    const shown = flags.string('output') === 'json' ? inOrder(object) : object
    return { target: targetOf(resource, object), print: () => print(shown) }
  }
  const body = configured(session, object)
  const response = yield* send(session, { verb: 'create', path: pathOf(resource, context.namespace), query: writeQuery(session, dryRun), body })
  const answer = response.body as KubeObject
  return { target: { ...targetOf(resource, answer), namespace: context.namespace }, print: () => print(answer) }
}

const ended = (pod: Pod): boolean => pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed'

function* attachAndWait(session: Session, target: Target, made: readonly Created[]): Task<number | void> {
  const { flags } = session
  try {
    const deadline = (): number => session.input.now() + flags.duration('pod-running-timeout')
    const pod = yield* podWhen(session, target, deadline(), (p) => ended(p) || isRunning(p))
    const container = pod.spec.containers[0]!.name
    if (ended(pod)) yield* out(yield* logOf(session, pod, container))
    else yield* attachOrFollow(session, pod, container)
    const restart = flags.string('restart')
    if (flags.bool('leave-stdin-open') || restart === 'Always') return undefined
    // It must come to its end as soon as it had to begin: one that is started again and again never does.
    const last = yield* podWhen(session, target, deadline(), restart === 'Never' ? ended : (p) => p.status.phase === 'Succeeded')
    checkEnd(last)
  } finally {
    if (flags.bool('rm')) yield* removeAll(session, made)
  }
}

function* podWhen(session: Session, target: Target, deadline: number, done: (pod: Pod) => boolean): Task<Pod> {
  const object = yield* untilObject(session, target, deadline, (found) => found === undefined || done(found as Pod), new CommandError('timed out waiting for the condition'))
  if (object === undefined) throw new CommandError(`pods "${target.name}" not found`)
  return object as Pod
}

function isRunning({ status }: Pod): boolean {
  return status.phase === 'Running' && (status.conditions?.find((c) => c.type === 'Ready')?.status === 'True')
}

function checkEnd({ metadata, status }: Pod): void {
  if (status.phase === 'Succeeded') return
  const name = `${metadata.namespace}/${metadata.name}`
  if (status.phase !== 'Failed') throw new CommandError(`pod ${name} left in phase ${status.phase}`)
  const terminated = status.containerStatuses?.[0]?.state?.terminated
  if (!terminated || terminated.exitCode === 0) throw new CommandError(`pod ${name} failed with unknown exit code`)
  throw new ExitError(`pod ${name} terminated (${terminated.reason ?? ''})\n${terminated.message ?? ''}`, terminated.exitCode)
}

/** --rm */
function* removeAll(session: Session, made: readonly Created[]): Task<void> {
  const { flags } = session
  const grace = flags.number('grace-period')
  yield* deleteObjects(session, made.map(({ target }) => target), {
    dryRun: 'none', grace: flags.bool('force') ? 0 : grace < 0 ? undefined : grace, ignoreNotFound: true, propagation: flags.string('cascade'),
    wait: flags.bool('wait'), timeoutMs: flags.duration('timeout'),
  })
}
