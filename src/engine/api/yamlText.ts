import { stringify } from 'yaml'

/** A value as Kubernetes writes it down: keys in their order, lists not indented, no line broken (sigs.k8s.io/yaml). */
export function yamlText(value: object): string {
  return stringify(value, { indentSeq: false, sortMapEntries: true, lineWidth: 0, schema: 'yaml-1.1' })
}
