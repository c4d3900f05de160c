/** Labels of nodes that have other names now (pkg/api/node/util.go). */
import { isLabelValue } from '../names.ts'
import type { Fields } from '../validation/report.ts'

const deprecated: Readonly<Record<string, string>> = {
  'beta.kubernetes.io/arch': 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  'beta.kubernetes.io/os': 'deprecated since v1.14; use "kubernetes.io/os" instead',
  'failure-domain.beta.kubernetes.io/region': 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  'failure-domain.beta.kubernetes.io/zone': 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  'beta.kubernetes.io/instance-type': 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
}

/** `named`: the path does not end with the label, so that the words say it. */
export function warningsForLabel(at: string, key: string, named: boolean): string[] {
  if (!Object.hasOwn(deprecated, key)) return []
  return [`${at}: ${named ? `${key} is ` : ''}${deprecated[key]}`]
}

export function warningsForTerm(at: string, term: Fields | undefined, withValues: boolean): string[] {
  const expressions: Fields[] = term?.['matchExpressions'] ?? []
  return expressions.flatMap(({ key, values = [] }, i) => [
    ...warningsForLabel(`${at}.matchExpressions[${i}].key`, key, true),
    ...(withValues ? (values as string[]).flatMap((value, v) => isLabelValue(value).map((why) => `${at}.matchExpressions[${i}].values[${v}]: ${value} is invalid, ${why}`)) : []),
  ])
}
