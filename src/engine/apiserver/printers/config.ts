import { quantity } from '../../api/quantity.ts'
import { ageOf, columns, type Printer } from './printer.ts'

const size = (map: object | null | undefined): number => Object.keys(map ?? {}).length

export const configMaps: Printer = {
  columns: columns('Name', 'Data', 'Age'),
  cells: ({ metadata, data, binaryData }, now) => [metadata.name, size(data) + size(binaryData), ageOf(metadata, now)],
}

export const secrets: Printer = {
  columns: columns('Name', 'Type', 'Data', 'Age'),
  cells: ({ metadata, type, data }, now) => [metadata.name, type ?? '', size(data), ageOf(metadata, now)],
}

export const serviceAccounts: Printer = {
  columns: columns('Name', 'Secrets', 'Age'),
  cells: ({ metadata, secrets: held }, now) => [metadata.name, held?.length ?? 0, ageOf(metadata, now)],
}

export const resourceQuotas: Printer = {
  columns: columns('Name', 'Request', 'Limit', 'Age'),
  cells({ metadata, status }, now) {
    const cells: { request: string[]; limit: string[] } = { request: [], limit: [] }
    for (const resource of Object.keys(status?.hard ?? {}).toSorted()) {
      const used = quantity(status.used?.[resource]).text
      const cell = resource.startsWith('limits.') ? cells.limit : cells.request
      cell.push(`${resource}: ${used}/${quantity(status.hard[resource]).text}`)
    }
    return [metadata.name, cells.request.join(', '), cells.limit.join(', '), ageOf(metadata, now)]
  },
}
