/**
 * What the API's documentation says of fields as the development dependency kubernetes-types has it: also of those whose type is
 * another type, which the client leaves out, and with its line breaks. It is of an older version of the API: the client's words go before it.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** {group: 'core', version: 'v1', name: 'Container', text, fields: name -> text} */
const documented = []

const wordsOf = (comment = '') =>
  comment
    .replace(/^\/\*\*\s?/, '')
    .replace(/\s*\*\/$/, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, ''))
    .join('\n')
    .trim()

const comment = String.raw`(\/\*\*(?:(?!\*\/)[\s\S])*\*\/)\n`

export function readDocumented(root) {
  const folder = join(root, 'node_modules/kubernetes-types')
  for (const { name: group } of readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
    for (const file of readdirSync(join(folder, group))) {
      const text = readFileSync(join(folder, group, file), 'utf8')
      for (const [, said, name, body] of text.matchAll(new RegExp(String.raw`${comment}export interface (\w+)(?: extends [^{]+)? \{\n([\s\S]*?)\n\}`, 'g'))) {
        const fields = [...body.matchAll(new RegExp(String.raw`^ {4}${comment} {4}(?:readonly )?"?([\w$-]+)"?\??: `, 'gm'))].map(([, words, field]) => [field, wordsOf(words)])
        documented.push({ group, version: file.replace('.d.ts', ''), name, text: wordsOf(said), fields: new Map(fields) })
      }
      for (const [, said, name] of text.matchAll(new RegExp(String.raw`${comment}export type (\w+) = `, 'g'))) documented.push({ group, version: file.replace('.d.ts', ''), name, text: wordsOf(said), fields: new Map() })
    }
  }
}

/** Of a class of the client ("V1Container", "RbacV1Subject") with these fields; undefined where nothing is known. */
export function documentedType(className, fieldNames) {
  const [, group = '', version = '', name = className] = /^([A-Z][a-z]+)?(V\d)(.+)$/.exec(className) ?? []
  const common = ({ fields }) => fieldNames.filter((field) => fields.has(field)).length
  const candidates = documented.filter((one) => one.name === name && (version === '' || one.version === version.toLowerCase()) && (group === '' || one.group === group.toLowerCase()))
  return candidates.toSorted((a, b) => common(b) - common(a))[0]
}
