import { toBase64 } from '../../../engine/api/base64.ts'
import type { Command } from '../../command.ts'
import { CommandError } from '../../errors.ts'
import { normalize } from '../../manifest/files.ts'
import { toJson } from '../../printing/goJson.ts'
import type { Session } from '../../session.ts'
import { hashFlag, named } from './contentHash.ts'
import { dataFlags, readData } from './data.ts'
import { generator, given, type Made } from './generating.ts'

export const createConfigMap = generator({
  name: 'configmap',
  aliases: ['cm'],
  usage: 'configmap NAME [--from-file=[key=]source] [--from-literal=key1=value1] [--dry-run=server|client|none]',
  summary: 'Create a config map from a local file, directory or literal value',
  flags: [hashFlag, ...dataFlags],
  resource: ['', 'v1', 'configmaps'],
  failure: 'failed to create configmap: ',
  *make(session, name) {
    const duplicate = (key: string) => `cannot add key "${key}", another key by that name already exists in Data for ConfigMap "${name}"`
    const data = readData(session, { kind: 'a ConfigMap', duplicate })
    return named(session, given({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: Object.keys(data).length > 0 ? data : undefined }) as Made)
  },
})

function secret(session: Session, name: string, data: Readonly<Record<string, string>>, type: string): Made {
  const encoded = Object.fromEntries(Object.entries(data).map(([key, value]) => [key, toBase64(value)]))
  return named(session, given({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name },
    data: Object.keys(encoded).length > 0 ? encoded : undefined,
    type: type === '' ? undefined : type,
  }) as Made)
}

const failure = 'failed to create secret '
const resource: [string, string, string] = ['', 'v1', 'secrets']
const duplicate = (key: string) => `cannot add key ${key}, another key by that name already exists`

const generic = generator({
  name: 'generic',
  usage: 'secret generic NAME [--type=string] [--from-file=[key=]source] [--from-literal=key1=value1] [--dry-run=server|client|none]',
  summary: 'Create a secret from a local file, directory, or literal value',
  flags: [hashFlag, ...dataFlags, { name: 'type', type: 'string', usage: 'Type of the secret.' }],
  resource,
  failure,
  *make(session, name) {
    return secret(session, name, readData(session, { kind: 'a Secret', duplicate }), session.flags.string('type'))
  },
})

const dockerRegistry = generator({
  name: 'docker-registry',
  usage: 'secret docker-registry NAME --docker-username=user --docker-password=password --docker-email=email [--docker-server=string] [--from-file=[key=]source] [--dry-run=server|client|none]',
  summary: 'Create a secret for use with a Docker registry',
  flags: [
    hashFlag,
    { name: 'docker-email', type: 'string', usage: 'Email for the registry.' },
    { name: 'docker-password', type: 'string', usage: 'Password for the registry.' },
    { name: 'docker-server', type: 'string', default: 'https://index.docker.io/v1/', usage: 'The registry.' },
    { name: 'docker-username', type: 'string', usage: 'Username for the registry.' },
    { name: 'from-env-file', type: 'strings', usage: '', hidden: true },
    { name: 'from-file', type: 'strings', usage: 'A Docker configuration file.' },
    { name: 'from-literal', type: 'stringArray', usage: '', hidden: true },
  ],
  resource,
  failure,
  *make(session, name) {
    const { flags } = session
    const type = 'kubernetes.io/dockerconfigjson'
    if (flags.list('from-file').length > 0) return secret(session, name, readData(session, { kind: 'a Secret', duplicate }), type)
    const [server, username, password, email] = ['server', 'username', 'password', 'email'].map((word) => flags.string(`docker-${word}`))
    if (!server || !username || !password) {
      throw new CommandError('either --from-file or the combination of --docker-username, --docker-password and --docker-server is required')
    }
    const entry = new Map<string, string>([['username', username], ['password', password]])
    if (email) entry.set('email', email)
    entry.set('auth', toBase64(`${username}:${password}`))
    return secret(session, name, { '.dockerconfigjson': toJson(new Map([['auths', new Map([[server, entry]])]])) }, type)
  },
})

const tls = generator({
  name: 'tls',
  usage: 'secret tls NAME --cert=path/to/cert/file --key=path/to/key/file [--dry-run=server|client|none]',
  summary: 'Create a TLS secret',
  flags: [
    hashFlag,
    { name: 'cert', type: 'string', usage: 'File with the certificate.' },
    { name: 'key', type: 'string', usage: 'File with the private key.' },
  ],
  resource,
  failure,
  *make(session, name) {
    const [cert, key] = [session.flags.string('cert'), session.flags.string('key')]
    if (cert === '' || key === '') throw new CommandError('key and cert must be specified')
    const data = { 'tls.crt': pemFile(session, cert, 'certificate'), 'tls.key': pemFile(session, key, 'key') }
    return secret(session, name, data, 'kubernetes.io/tls')
  },
})

function pemFile({ input }: Session, path: string, what: string): string {
  const text = input.files[normalize(path)]
  if (text === undefined) throw new CommandError(`Cannot read file ${path}, open ${path}: no such file or directory`)
  if (!/-----BEGIN [^-]+-----/.test(text)) throw new CommandError(`tls: failed to find any PEM data in ${what} input`)
  return text
}

export const createSecret: Command = {
  name: 'secret',
  usage: 'create secret (docker-registry | generic | tls) [options]',
  summary: 'Create a secret using a specified subcommand',
  flags: [],
  commands: [dockerRegistry, generic, tls],
}
