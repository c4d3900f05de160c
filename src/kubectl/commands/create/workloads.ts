import type { KubeObject } from '../../../engine/api/types.ts'
import { CommandError } from '../../errors.ts'
import type { Session, Task } from '../../session.ts'
import { tailOf } from '../../randomNames.ts'
import { getObject } from '../../fileTargets.ts'
import { splitPair } from '../../targets.ts'
import { resourceFor } from '../../discovery.ts'
import { commandOf, generator, given, type Made } from './generating.ts'

export const createDeployment = generator({
  name: 'deployment',
  aliases: ['deploy'],
  usage: 'deployment NAME --image=image -- [COMMAND] [args...]',
  summary: 'Create a deployment with the specified name',
  flags: [
    { name: 'image', type: 'strings', required: true, usage: 'Image of a container; may be repeated.' },
    { name: 'port', type: 'int32', default: '-1', usage: 'The port that the first container listens on.' },
    { name: 'replicas', short: 'r', type: 'int32', default: '1', usage: 'How many pods.' },
  ],
  resource: ['apps', 'v1', 'deployments'],
  failure: 'failed to create deployment: ',
  *make({ flags, args, dash, input }, name) {
    const images = flags.list('image')
    const command = commandOf({ args, dash } as Session)
    if (images.length > 1 && command.length > 0) throw new CommandError('cannot specify multiple --image options and command')
    const port = flags.number('port')
    const containers = images.map((image, i) => given({
      name: containerName(image, input.now()),
      image,
      command: command.length > 0 ? command : undefined,
      ports: i === 0 && port >= 0 ? [{ containerPort: port }] : undefined,
      resources: {},
    }))
    const labels = { app: name }
    return {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, labels },
      spec: {
        replicas: flags.number('replicas'),
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers } },
        strategy: {},
      },
      status: {},
    }
  },
})

/** "docker.io/library/nginx:1.27" → "nginx"; a name that had to be changed gets a tail of its own. */
function containerName(image: string, now: number): string {
  const name = image.split('/').at(-1)!.split(':')[0]!.split('@')[0]!
  if (!/[_.]/.test(name)) return name
  return `${name.replaceAll(/[_.]/g, '-')}-${tailOf(`${image}${now}`)}`
}

export const createJob = generator({
  name: 'job',
  usage: 'job NAME --image=image [--from=cronjob/name] -- [COMMAND] [args...]',
  summary: 'Create a job with the specified name',
  flags: [
    { name: 'from', type: 'string', usage: 'The cron job to make the job from: cronjob/name.' },
    { name: 'image', type: 'string', usage: 'Image of the container.' },
  ],
  resource: ['batch', 'v1', 'jobs'],
  failure: 'failed to create job: ',
  *make(session, name) {
    const [image, from] = [session.flags.string('image'), session.flags.string('from')]
    if ((image === '') === (from === '')) throw new CommandError('either --image or --from must be specified')
    const command = commandOf(session)
    if (command.length > 0 && from !== '') throw new CommandError('cannot specify --from and command')
    if (from !== '') return yield* fromCronJob(session, name, from)
    return {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name },
      spec: { template: { metadata: {}, spec: { containers: [containerOf(name, image, command)], restartPolicy: 'Never' } } },
      status: {},
    }
  },
})

function containerOf(name: string, image: string, command: readonly string[]): Record<string, unknown> {
  return given({ name, image, command: command.length > 0 ? command : undefined, resources: {} })
}

function* fromCronJob(session: Session, name: string, from: string): Task<Made> {
  if (!from.includes('/')) {
    yield* resourceFor(session, from)
    throw new CommandError('resource(s) were provided, but no name was specified')
  }
  const pair = splitPair(from)
  const resource = yield* resourceFor(session, pair.type)
  const cronJob: KubeObject = yield* getObject(session, { resource, namespace: session.context.namespace, name: pair.name, source: '', object: undefined })
  if (resource.kind !== 'CronJob') throw new CommandError(`unknown object type *${resource.version}.${resource.kind}`)
  const { metadata = {}, spec } = cronJob['spec']?.jobTemplate ?? {}
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: given({
      name,
      labels: metadata.labels,
      annotations: { ...metadata.annotations, 'cronjob.kubernetes.io/instantiate': 'manual' },
      ownerReferences: [{ apiVersion: 'batch/v1', kind: 'CronJob', name: cronJob.metadata.name, uid: cronJob.metadata.uid, controller: true }],
    }),
    spec: { ...spec, template: { metadata: {}, ...spec?.template } },
    status: {},
  }
}

export const createCronJob = generator({
  name: 'cronjob',
  aliases: ['cj'],
  usage: "cronjob NAME --image=image --schedule='0/5 * * * ?' -- [COMMAND] [args...] [flags]",
  summary: 'Create a cron job with the specified name',
  flags: [
    { name: 'image', type: 'string', required: true, usage: 'Image of the container.' },
    { name: 'restart', type: 'string', values: ['OnFailure', 'Never'], usage: 'restartPolicy of the pods.' },
    { name: 'schedule', type: 'string', required: true, usage: 'When, in cron format.' },
  ],
  resource: ['batch', 'v1', 'cronjobs'],
  failure: 'failed to create cronjob: ',
  *make(session, name) {
    const container = containerOf(name, session.flags.string('image'), commandOf(session))
    const template = { metadata: {}, spec: { containers: [container], restartPolicy: session.flags.string('restart') || 'OnFailure' } }
    return {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name },
      spec: { schedule: session.flags.string('schedule'), jobTemplate: { metadata: { name }, spec: { template } } },
      status: {},
    }
  },
})
