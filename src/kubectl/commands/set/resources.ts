import type { Container } from '../../../engine/api/types.ts'
import type { Command } from '../../command.ts'
import { CommandError } from '../../errors.ts'
import { selectedContainers, withPodSpec } from '../../podSpecs.ts'
import type { Session, Task } from '../../session.ts'
import { parseQuantities } from '../create/policies.ts'
import { changeObjects, PlainFailure, readTargets, setFlags } from './changing.ts'

export const setResources: Command = {
  name: 'resources',
  usage: 'set resources (-f FILENAME | TYPE NAME)  ([--limits=LIMITS & --requests=REQUESTS] [options]',
  summary: 'Update resource requests/limits on objects with pod templates',
  flags: [
    ...setFlags,
    { name: 'containers', short: 'c', type: 'string', default: '*', usage: 'Which containers; may have asterisks.' },
    { name: 'limits', type: 'string', usage: 'Limits: cpu=100m,memory=256Mi.' },
    { name: 'requests', type: 'string', usage: 'Requests: cpu=100m,memory=256Mi.' },
  ],
  run,
}

function* run(session: Session): Task<void> {
  const { flags, args } = session
  const pattern = flags.string('containers')
  const [limits, requests] = [flags.string('limits'), flags.string('requests')]
  const targets = yield* readTargets(session, args)
  if (limits === '' && requests === '') {
    throw new CommandError('you must specify an update to requests or limits (in the form of --requests/--limits)')
  }
  const wanted = { limits: parseQuantities(limits), requests: parseQuantities(requests) }
  yield* changeObjects(session, {
    targets,
    operation: 'resource requirements updated',
    failure: 'failed to patch resources update to pod template ',
    change(object, target) {
      return withPodSpec(target, object, (spec) => {
        const selected = [...selectedContainers(spec.containers, pattern), ...selectedContainers(spec.initContainers, pattern)]
        if (selected.length === 0) throw new PlainFailure(`error: unable to find container named ${pattern}`)
        const set = (list: readonly Container[]): Container[] => list.map((c) => (selected.includes(c) ? withResources(c, wanted) : c))
        return { ...spec, containers: set(spec.containers), ...(spec.initContainers ? { initContainers: set(spec.initContainers) } : {}) }
      })
    },
  })
}

interface Wanted {
  limits: Record<string, string> | undefined
  requests: Record<string, string> | undefined
}

function withResources(container: Container, { limits, requests }: Wanted): Container {
  const { resources } = container
  return {
    ...container,
    resources: {
      ...resources,
      ...(limits ? { limits: { ...resources?.limits, ...limits } } : {}),
      ...(requests ? { requests: { ...resources?.requests, ...requests } } : {}),
    },
  }
}
