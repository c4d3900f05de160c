import { ageOf, columns, type Printer } from './printer.ts'

interface Subject { kind: string; name: string; namespace?: string }

/** RoleBinding and ClusterRoleBinding. */
export const roleBindings: Printer = {
  columns: columns('Name', 'Role', 'Age', 'Users+', 'Groups+', 'ServiceAccounts+'),
  cells({ metadata, roleRef, subjects }, now) {
    const of = (kind: string) => ((subjects ?? []) as Subject[]).filter((s) => s.kind === kind)
    return [
      metadata.name,
      `${roleRef?.kind}/${roleRef?.name}`,
      ageOf(metadata, now),
      of('User').map((s) => s.name).join(', '),
      of('Group').map((s) => s.name).join(', '),
      of('ServiceAccount').map((s) => (s.namespace ? `${s.namespace}/${s.name}` : s.name)).join(', '),
    ]
  },
}
