import type { Text } from '../engine/scenario.ts'

/** A shelf of the catalogue: its scenarios in the order in which a newcomer would take them. */
export interface Topic {
  id: string
  title: Text
  scenarios: readonly string[]
}

/**
 * The table of contents. A name that has been in a release stays for ever, because share links carry it.
 */
export const topics: readonly Topic[] = [
  {
    id: 'creation',
    title: { en: 'How a Pod comes to life', zh: 'Pod 是怎样创建的' },
    scenarios: ['first-pod', 'ten-steps'],
  },
  {
    id: 'termination',
    title: { en: 'How a Pod ends', zh: 'Pod 是怎样终止的' },
    scenarios: [
      'graceful-end', 'prestop-within-grace', 'prestop-beyond-grace', 'ignores-term', 'grace-period-5', 'force-delete',
      'delete-pending',
    ],
  },
  {
    id: 'trouble',
    title: { en: 'Restarts and things that go wrong', zh: '重启与各种故障' },
    scenarios: [
      'image-missing', 'crash-loop', 'restart-always', 'restart-on-failure', 'restart-never', 'insufficient-cpu',
    ],
  },
]
