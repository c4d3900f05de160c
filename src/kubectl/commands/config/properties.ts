/** `config set` and `unset`: one value of the kubeconfig (kubectl/pkg/cmd/config/set.go, navigation_step_parser.go). */
import type { Command } from '../../command.ts'
import { CommandError } from '../../errors.ts'
import type { Kubeconfig } from '../../kubeconfig.ts'
import { out, type Session } from '../../session.ts'
import { corruptAt } from '../../../engine/api/decode.ts'
import { goQuote } from '../../../engine/api/field.ts'
import { toBase64 } from '../../../engine/api/base64.ts'
import { parseBool } from '../../commandLine/flags.ts'
import { isList, load, oneName, save, unexpected, withFields, type List } from './fields.ts'

export const setProperty: Command = {
  name: 'set',
  usage: 'config set PROPERTY_NAME PROPERTY_VALUE [options]',
  summary: 'Set an individual value in a kubeconfig file',
  flags: [{ name: 'set-raw-bytes', type: 'bool', usage: 'The value of a field of bytes is these bytes, not their base64.' }],
  *run(session) {
    const [property = '', value = ''] = session.args
    if (session.args.length !== 2) yield* unexpected(session)
    if (value === '') throw new CommandError('you cannot use set to unset a property')
    if (property === '') throw new CommandError('you must specify a property')
    yield* save(session, withProperty(session, property, value))
    yield* out(`Property ${goQuote(property)} set.\n`)
  },
}

export const unsetProperty: Command = {
  name: 'unset',
  usage: 'config unset PROPERTY_NAME [options]',
  summary: 'Unset an individual value in a kubeconfig file',
  flags: [],
  *run(session) {
    const property = yield* oneName(session)
    yield* save(session, withoutProperty(load(session), property))
    yield* out(`Property ${goQuote(property)} unset.\n`)
  },
}

type FieldKind = 'string' | 'bool' | 'bytes' | 'other'

/** The fields that an entry may have. */
const fieldKinds: Readonly<Record<List, Readonly<Record<string, FieldKind>>>> = {
  clusters: {
    'server': 'string', 'tls-server-name': 'string', 'insecure-skip-tls-verify': 'bool', 'certificate-authority': 'string',
    'certificate-authority-data': 'bytes', 'proxy-url': 'string', 'disable-compression': 'bool', 'extensions': 'other',
  },
  users: {
    'client-certificate': 'string', 'client-certificate-data': 'bytes', 'client-key': 'string', 'client-key-data': 'bytes', 'token': 'string',
    'tokenFile': 'string', 'act-as': 'string', 'act-as-uid': 'string', 'act-as-groups': 'other', 'act-as-user-extra': 'other',
    'username': 'string', 'password': 'string', 'auth-provider': 'other', 'exec': 'other', 'extensions': 'other',
  },
  contexts: { cluster: 'string', user: 'string', namespace: 'string', extensions: 'other' },
}

interface Place {
  list: List
  /** Undefined where the list as a whole is meant. */
  name?: string
  field?: string
}

/** "users.jane", "contexts.dev.namespace". A name may have dots: it goes up to the first word that is a field. */
function placeOf(property: string): Place {
  const [list, ...words] = property.split('.')
  if (!isList(list)) throw new CommandError(`unable to parse ${property} after [] at api.Config`)
  if (words.length === 0) return { list }
  const at = words.findIndex((word, i) => i > 0 && Object.hasOwn(fieldKinds[list], word))
  if (at < 0) return { list, name: words.join('.') }
  if (at < words.length - 1) throw new CommandError(`unable to parse one or more field values of ${property}`)
  return { list, name: words.slice(0, at).join('.'), field: words[at]! }
}

function withProperty(session: Session, property: string, value: string): Kubeconfig {
  const config = load(session)
  if (property === 'current-context') return { ...config, 'current-context': value }
  const { list, name, field } = placeOf(property)
  if (name === undefined || field === undefined) throw new CommandError(`can't set a map to a value: map[${config[list].map((entry) => entry.name).join(' ')}]`)
  return withFields(config, list, name, { [field]: valueOf(session, property, fieldKinds[list][field]!, value) })
}

function valueOf({ flags }: Session, property: string, kind: FieldKind, value: string): string | true | undefined {
  switch (kind) {
    case 'string':
      return value
    case 'bool': {
      const truth = parseBool(value)
      if (truth === undefined) throw new CommandError(`strconv.ParseBool: parsing ${goQuote(value)}: invalid syntax`)
      return truth || undefined
    }
    case 'bytes': {
      if (flags.bool('set-raw-bytes')) return toBase64(value)
      const wrong = corruptAt(value)
      if (wrong >= 0) throw new CommandError(`error decoding input value: illegal base64 data at input byte ${wrong}`)
      return value
    }
    case 'other':
      throw new CommandError(`unable to parse one or more field values of ${property}`)
  }
}

function withoutProperty(config: Kubeconfig, property: string): Kubeconfig {
  if (property === 'current-context') return { ...config, 'current-context': '' }
  const { list, name, field } = placeOf(property)
  const entries = config[list] as readonly { name: string }[]
  if (field === undefined) return { ...config, [list]: entries.filter((entry) => name !== undefined && entry.name !== name) }
  if (!entries.some((entry) => entry.name === name)) throw new CommandError(`current map key \`${name}\` is invalid`)
  return withFields(config, list, name!, { [field]: undefined })
}
