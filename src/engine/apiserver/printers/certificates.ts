import { humanDuration } from '../../api/time.ts'
import { ageOf, columns, type Printer } from './printer.ts'

type Condition = { type: string }

/** 'Approved,Issued': what was decided, and whether there is a certificate. */
function conditionOf(status: { conditions?: Condition[]; certificate?: string } | undefined): string {
  const types = new Set((status?.conditions ?? []).map(({ type }) => type))
  const decided = types.has('Denied') ? 'Denied' : types.has('Approved') ? 'Approved' : 'Pending'
  return [decided, ...(types.has('Failed') ? ['Failed'] : []), ...(status?.certificate ? ['Issued'] : [])].join(',')
}

export const certificateSigningRequests: Printer = {
  columns: columns('Name', 'Age', 'SignerName', 'Requestor', 'RequestedDuration', 'Condition'),
  cells: ({ metadata, spec, status }, now) => [
    metadata.name,
    ageOf(metadata, now),
    spec?.signerName ?? '<none>',
    spec?.username ?? '',
    spec?.expirationSeconds === undefined ? '<none>' : humanDuration(spec.expirationSeconds * 1000),
    conditionOf(status),
  ],
}
