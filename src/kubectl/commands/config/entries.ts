/** `config set-cluster` and `set-credentials`. */
import type { Command } from '../../command.ts'
import { CommandError } from '../../errors.ts'
import { localPath } from '../../kubeconfig.ts'
import { refuseUnsupported } from '../../posting.ts'
import { out, type Session } from '../../session.ts'
import { toBase64 } from '../../../engine/api/base64.ts'
import { normalize } from '../../manifest/files.ts'
import { given, load, oneName, save, withFields, type Fields } from './fields.ts'

export const setCluster: Command = {
  name: 'set-cluster',
  usage: 'config set-cluster NAME [--server=server] [--insecure-skip-tls-verify=true] [options]',
  summary: 'Set a cluster entry in kubeconfig',
  flags: [
    { name: 'embed-certs', type: 'bool', usage: 'Put the certificate into the kubeconfig.' },
    { name: 'proxy-url', type: 'string', usage: 'The proxy in between.' },
  ],
  *run(session) {
    const name = yield* oneName(session)
    const fields = { ...given(session, ['server', 'tls-server-name', 'proxy-url']), ...trusted(session) }
    yield* save(session, withFields(load(session), 'clusters', name, fields))
    yield* out(`Cluster ${JSON.stringify(name)} set.\n`)
  },
}

/** Who is believed to be the server: whoever has a certificate of an authority, or whoever it is (create_cluster.go modifyCluster). */
function trusted({ flags, input }: Session): Fields {
  const path = flags.string('certificate-authority')
  const isInsecure = flags.bool('insecure-skip-tls-verify')
  if (isInsecure && path !== '') throw new CommandError('you cannot specify a certificate authority and insecure mode at the same time')
  if (flags.bool('embed-certs')) {
    if (path === '') throw new CommandError('you must specify a --certificate-authority to embed')
    const text = input.files[localPath(path)]
    if (text === undefined) throw new CommandError(`could not stat certificate-authority file ${path}: stat ${path}: no such file or directory`)
    return { [authority]: undefined, [`${authority}-data`]: toBase64(text), [insecure]: undefined }
  }
  if (path !== '') return { [authority]: absolute(path), [`${authority}-data`]: undefined, [insecure]: undefined }
  if (isInsecure) return { [authority]: undefined, [`${authority}-data`]: undefined, [insecure]: true }
  return flags.changed(insecure) ? { [insecure]: undefined } : {}
}

const authority = 'certificate-authority'
const insecure = 'insecure-skip-tls-verify'

const absolute = (path: string): string => (path.startsWith('/') ? path : `/root/${normalize(path)}`)

/** The API server here knows tokens of service accounts, and certificates that its cluster has signed. */
export const setCredentials: Command = {
  name: 'set-credentials',
  usage: 'config set-credentials NAME [--client-certificate=path/to/certfile] [--client-key=path/to/keyfile] [--token=bearer_token] [options]',
  summary: 'Set a user entry in kubeconfig',
  flags: [
    { name: 'auth-provider', type: 'string', usage: 'Not supported.' },
    { name: 'embed-certs', type: 'bool', usage: 'Put certificate and key into the kubeconfig.' },
    { name: 'exec-command', type: 'string', usage: 'Not supported.' },
  ],
  *run(session) {
    const name = yield* oneName(session)
    refuseUnsupported(session, 'auth-provider', 'exec-command', 'password', 'username')
    yield* save(session, withFields(load(session), 'users', name, { ...given(session, ['token']), ...clientFiles(session) }))
    yield* out(`User ${JSON.stringify(name)} set.\n`)
  },
}

/** Where certificate and key are, or what they say. */
function clientFiles({ flags, input }: Session): Record<string, string | undefined> {
  const fields: Record<string, string | undefined> = {}
  for (const name of ['client-certificate', 'client-key']) {
    if (!flags.changed(name)) continue
    const path = flags.string(name)
    const text = input.files[localPath(path)]
    if (!flags.bool('embed-certs')) {
      fields[name] = absolute(path)
      fields[`${name}-data`] = undefined
      continue
    }
    if (text === undefined) throw new CommandError(`could not read ${name} data from ${path}: open ${path}: no such file or directory`)
    fields[`${name}-data`] = toBase64(text)
    fields[name] = undefined
  }
  return fields
}
