import { ageOf, columns, type Printer } from './printer.ts'

/** Device classes and templates of claims. */
export const named: Printer = {
  columns: columns('Name', 'Age'),
  cells: ({ metadata }, now) => [metadata.name, ageOf(metadata, now)],
}

export const resourceClaims: Printer = {
  columns: columns('Name', 'State', 'Age'),
  cells({ metadata, status = {} }, now) {
    const isDeleted = metadata.deletionTimestamp !== undefined
    const states = status.allocation === undefined ? (isDeleted ? [] : ['pending']) : ['allocated', ...(status.reservedFor?.length > 0 ? ['reserved'] : [])]
    return [metadata.name, [...(isDeleted ? ['deleted'] : []), ...states].join(','), ageOf(metadata, now)]
  },
}

export const resourceSlices: Printer = {
  columns: columns('Name', 'Node', 'Driver', 'Pool', 'Age'),
  cells: ({ metadata, spec = {} }, now) => [metadata.name, spec.nodeName ?? '<unset>', spec.driver ?? '', spec.pool?.name ?? '', ageOf(metadata, now)],
}
