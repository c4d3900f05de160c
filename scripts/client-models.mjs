/**
 * The types of the Kubernetes API as the development dependency @kubernetes/client-node has them, whose 1.4 is generated from the simulated
 * version, v1.34: attributeTypeMap of its classes for fields and types, its .d.ts files for what is required and what it means.
 */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const models = join(root, 'node_modules/@kubernetes/client-node/dist/gen/models')

/** By name, "V1Container". */
export const classes = await import(join(models, 'all.js'))

/** "V1Container" -> "Container"; where two groups share a name, the later one keeps its group or version. */
export function shortName(name) {
  const special = name.match(/^(Events|Discovery|Apiextensions|Admissionregistration|Apiregistration|Flowcontrol|Resource|Storage)V1(.*)$/)
  if (special) return `${special[1].toLowerCase()}.${special[2]}`
  if (name.startsWith('V2')) return `v2.${name.slice(2)}`
  return name.replace(/^(Core|Rbac|Authentication)?V1/, '')
}

/** What is said of a class, and its fields as the API names them: {name, type, format, description, isRequired}. */
export function modelOf(className) {
  const text = readFileSync(join(models, `${className}.d.ts`), 'utf8')
  const description = plain(/\/\*\*\n\* ([^\n]*)\n\*\/\nexport declare class/.exec(text)?.[1])
  const declared = new Map()
  for (const [, comment, field, optional] of text.matchAll(/(?: {4}\/\*\*\n {4}\* ([^\n]*)\n {4}\*\/\n)? {4}'([^']+)'(\??): /g)) {
    declared.set(field, { description: plain(comment), isRequired: optional === '' })
  }
  const fields = classes[className].attributeTypeMap.map(({ name, baseName, type, format }) => {
    const { description: said = '', isRequired = false } = declared.get(name) ?? declared.get(baseName) ?? {}
    return { name: baseName, type, format, description: said, isRequired }
  })
  return { description, fields }
}

/** The words without the escapes of the client's generator. */
function plain(text = '') {
  return text
    .replaceAll(/\\(['"`\\])/g, '$1')
    .replaceAll('*_/', '*/')
    .trim()
}
