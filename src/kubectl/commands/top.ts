import { allNamespacesFlag, selectorFlag, type Command } from '../command.ts'
import { CommandError, ServerError } from '../errors.ts'
import { send, type Session, type Task } from '../session.ts'

/** Without a metrics server there is nothing to show, and a cluster as it is set up has none. */
function* run(session: Session): Task<void> {
  const groups = yield* groupsOf(session)
  if (!groups.some((group) => (group.name ?? group.metadata?.name) === 'metrics.k8s.io')) throw new CommandError('Metrics API not available')
  throw new CommandError('kubectl top is not supported by Podreel')
}

interface Group {
  name?: string
  metadata?: { name?: string }
}

function* groupsOf(session: Session): Task<Group[]> {
  try {
    const body = (yield* send(session, { verb: 'get', path: '/apis' })).body as { groups?: Group[]; items?: Group[] }
    return body.groups ?? body.items ?? []
  } catch (error) {
    if (error instanceof ServerError) return []
    throw error
  }
}

const sortFlags = [
  { name: 'no-headers', type: 'bool' as const, usage: 'No titles.' },
  selectorFlag,
  { name: 'sort-by', type: 'string' as const, values: ['cpu', 'memory'], usage: 'cpu or memory.' },
  { name: 'use-protocol-buffers', type: 'bool' as const, default: 'true', usage: 'How to ask the server.' },
]

export const top: Command = {
  name: 'top',
  usage: 'top [flags] [options]',
  summary: 'Display resource (CPU/memory) usage',
  flags: [],
  commands: [
    {
      name: 'node',
      aliases: ['nodes', 'no'],
      usage: 'top node [NAME | -l label] [options]',
      summary: 'Display resource (CPU/memory) usage of nodes',
      flags: [...sortFlags, { name: 'show-capacity', type: 'bool', usage: 'Compare with the capacity.' }],
      run,
    },
    {
      name: 'pod',
      aliases: ['pods', 'po'],
      usage: 'top pod [NAME | -l label] [options]',
      summary: 'Display resource (CPU/memory) usage of pods',
      flags: [
        allNamespacesFlag,
        { name: 'containers', type: 'bool', usage: 'Container by container.' },
        { name: 'field-selector', type: 'string', usage: 'Selector (field query): =, ==, !=.' },
        ...sortFlags,
        { name: 'sum', type: 'bool', usage: 'The sum below.' },
      ],
      run,
    },
  ],
}
