/** What says how the API server serves: what is behind it, who may look in, whose turn it is. */
import { ageOf, columns, type Printer } from './printer.ts'

interface Condition {
  type: string
  status: string
  reason?: string
}

export const apiServices: Printer = {
  columns: columns('Name', 'Service', 'Available', 'Age'),
  cells({ metadata, spec, status }, now) {
    const available = ((status?.conditions ?? []) as Condition[]).find(({ type }) => type === 'Available')
    const word = available === undefined ? 'Unknown' : available.status === 'True' ? 'True' : `${available.status} (${available.reason ?? ''})`
    return [metadata.name, spec?.service === undefined ? 'Local' : `${spec.service.namespace}/${spec.service.name}`, word, ageOf(metadata, now)]
  },
}

export const webhookConfigurations: Printer = {
  columns: columns('Name', 'Webhooks#', 'Age'),
  cells: (object, now) => [object.metadata.name, (object['webhooks'] ?? []).length, ageOf(object.metadata, now)],
}

export const flowSchemas: Printer = {
  columns: columns('Name', 'PriorityLevel', 'MatchingPrecedence#', 'DistinguisherMethod', 'Age', 'MissingPL'),
  cells({ metadata, spec = {}, status }, now) {
    const dangling = ((status?.conditions ?? []) as Condition[]).find(({ type }) => type === 'Dangling')
    return [metadata.name, spec.priorityLevelConfiguration?.name ?? '', spec.matchingPrecedence ?? 0, spec.distinguisherMethod?.type ?? '<none>', ageOf(metadata, now), dangling?.status ?? '?']
  },
  // In the order in which they are tried.
  sorted: (objects) => objects.toSorted((a, b) => a['spec'].matchingPrecedence - b['spec'].matchingPrecedence),
}

export const priorityLevels: Printer = {
  columns: columns('Name', 'Type', 'NominalConcurrencyShares', 'Queues', 'HandSize', 'QueueLengthLimit', 'Age'),
  cells({ metadata, spec = {} }, now) {
    const { nominalConcurrencyShares = '<none>', limitResponse } = spec.limited ?? {}
    const { queues = '<none>', handSize = '<none>', queueLengthLimit = '<none>' } = limitResponse?.queuing ?? {}
    return [metadata.name, spec.type ?? '', nominalConcurrencyShares, queues, handSize, queueLengthLimit, ageOf(metadata, now)]
  },
}
