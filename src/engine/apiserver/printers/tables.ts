import type { ResourceInfo } from '../../api/resources.ts'
import type { KubeObject, Table } from '../../api/types.ts'
import { Part } from '../../part.ts'

/** Prints objects of one resource as rows; `now` is for ages. What does it is printers.ts. */
export type PrintTable = (info: Pick<ResourceInfo, 'plural' | 'group' | 'custom'>, objects: readonly KubeObject[], options: { now: number }) => Table

export const tables = new Part<PrintTable>('kinds')
