/** Keys and values from literals, files and env files: what config maps and secrets are made from. */
import { goQuote } from '../../../engine/api/field.ts'
import { isConfigMapKey } from '../../../engine/api/names.ts'
import type { FlagSpec } from '../../commandLine/flags.ts'
import { CommandError } from '../../errors.ts'
import { normalize } from '../../manifest/files.ts'
import type { Session } from '../../session.ts'

export const dataFlags: readonly FlagSpec[] = [
  { name: 'from-env-file', type: 'strings', usage: 'A file of KEY=value lines.' },
  { name: 'from-file', type: 'strings', usage: 'A file, [key=]file, or a directory.' },
  { name: 'from-literal', type: 'stringArray', usage: 'key=value' },
]

/** Who is filled: for messages. */
export interface Receiver {
  /** "a ConfigMap", "a Secret" */
  kind: string
  duplicate: (key: string) => string
}

/** Everything the flags say, by key. */
export function readData(session: Session, receiver: Receiver): Record<string, string> {
  const { flags } = session
  const [literals, files, envFiles] = [flags.list('from-literal'), flags.list('from-file'), flags.list('from-env-file')]
  if (envFiles.length > 0 && (literals.length > 0 || files.length > 0)) {
    throw new CommandError('from-env-file cannot be combined with from-file or from-literal')
  }
  const data: Record<string, string> = {}
  const add = (key: string, value: string): void => {
    const problems = isConfigMapKey(key)
    if (problems.length > 0) throw new CommandError(`${goQuote(key)} is not a valid key name for ${receiver.kind}: ${problems.join(',')}`)
    if (Object.hasOwn(data, key)) throw new CommandError(receiver.duplicate(key))
    data[key] = value
  }
  for (const literal of literals) add(...splitLiteral(literal))
  for (const source of files) for (const [key, value] of readSource(session, source)) add(key, value)
  for (const path of envFiles) for (const [key, value] of readEnvFile(session, path)) add(key, value)
  return Object.fromEntries(Object.entries(data).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

/** `key=value`. */
export function splitLiteral(literal: string): [string, string] {
  const equals = literal.indexOf('=')
  if (equals <= 0) throw new CommandError(`invalid literal source ${literal}, expected key=value`)
  return [literal.slice(0, equals), literal.slice(equals + 1)]
}

const noFile = (path: string) => new CommandError(`error reading ${path}: no such file or directory`)

/** `file`, `key=file` or a directory, whose files with acceptable names count. */
function readSource({ input }: Session, source: string): [string, string][] {
  const parts = source.split('=')
  if (parts.length > 2) throw new CommandError("key names or file paths cannot contain '='")
  if (parts.length === 2 && parts[0] === '') throw new CommandError(`key name for file path ${parts[1]} missing`)
  if (parts.length === 2 && parts[1] === '') throw new CommandError(`file path for key name ${parts[0]} missing`)
  const path = normalize(parts.at(-1)!)
  const text = input.files[path]
  if (text !== undefined) return [[parts.length === 2 ? parts[0]! : path.split('/').at(-1)!, text]]
  const prefix = path === '.' ? '' : `${path}/`
  const inside = Object.keys(input.files).filter((file) => file.startsWith(prefix))
  if (inside.length === 0) throw noFile(parts.at(-1)!)
  if (parts.length === 2) throw new CommandError('cannot give a key name for a directory path')
  const names = inside.map((file) => file.slice(prefix.length)).filter((name) => !name.includes('/') && isConfigMapKey(name).length === 0)
  return names.toSorted().map((name) => [name, input.files[prefix + name]!])
}

function readEnvFile({ input }: Session, path: string): [string, string][] {
  const text = input.files[normalize(path)]
  if (text === undefined) throw noFile(path)
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/).map((line) => line.trimStart()).filter((line) => line !== '' && !line.startsWith('#'))
  return lines.map((line) => {
    const equals = line.indexOf('=')
    const key = equals < 0 ? line : line.slice(0, equals)
    if (!/^[-._a-zA-Z][-._a-zA-Z0-9]*$/.test(key)) throw new CommandError(`${goQuote(key)} is not a valid key name: ${environmentNameRule}`)
    return [key, equals < 0 ? '' : line.slice(equals + 1)]
  })
}

const environmentNameRule =
  "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit " +
  "(e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')"
