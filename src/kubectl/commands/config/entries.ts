/** `config set-cluster` and `set-credentials`. */
import type { Command } from '../../command.ts'
import { CommandError } from '../../errors.ts'
import { localPath } from '../../kubeconfig.ts'
import { refuseUnsupported } from '../../posting.ts'
import { out, type Session } from '../../session.ts'
import { toBase64 } from '../../../engine/api/base64.ts'
import { normalize } from '../../manifest/files.ts'
import { given, load, oneName, save, withFields } from './fields.ts'

export const setCluster: Command = {
  name: 'set-cluster',
  usage: 'config set-cluster NAME [--server=server] [--insecure-skip-tls-verify=true] [options]',
  summary: 'Set a cluster entry in kubeconfig',
  flags: [{ name: 'embed-certs', type: 'bool', usage: 'Put the certificate into the kubeconfig.' }],
  *run(session) {
    const name = yield* oneName(session)
    refuseUnsupported(session, 'certificate-authority', 'embed-certs')
    const fields = given(session, ['server', 'tls-server-name'])
    if (session.flags.changed('insecure-skip-tls-verify')) fields['insecure-skip-tls-verify'] = session.flags.bool('insecure-skip-tls-verify') || undefined
    yield* save(session, withFields(load(session), 'clusters', name, fields))
    yield* out(`Cluster ${JSON.stringify(name)} set.\n`)
  },
}

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
      fields[name] = path.startsWith('/') ? path : `/root/${normalize(path)}`
      fields[`${name}-data`] = undefined
      continue
    }
    if (text === undefined) throw new CommandError(`could not read ${name} data from ${path}: open ${path}: no such file or directory`)
    fields[`${name}-data`] = toBase64(text)
    fields[name] = undefined
  }
  return fields
}
