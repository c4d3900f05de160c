import { kubernetesVersion } from '../../engine/api/version.ts'
import type { Command } from '../command.ts'
import { CommandError, KubectlError } from '../errors.ts'
import { toIndentedJson } from '../printing/goJson.ts'
import { toYaml } from '../printing/goYaml.ts'
import { versionInOrder } from '../printing/structOrder.ts'
import { out, send, type Session, type Task } from '../session.ts'

const kustomizeVersion = 'v5.7.1'

export const version: Command = {
  name: 'version',
  usage: 'version [flags] [options]',
  summary: 'Print the client and server version information',
  flags: [
    { name: 'client', type: 'bool', usage: 'Only of the client; the server is not asked.' },
    { name: 'output', short: 'o', type: 'string', values: ['yaml', 'json'], usage: 'yaml or json.' },
  ],
  run,
}

function* run(session: Session): Task<void> {
  const { flags, args } = session
  const output = flags.string('output')
  if (output !== '' && output !== 'yaml' && output !== 'json') throw new CommandError("--output must be 'yaml' or 'json'")
  if (args.length > 0) throw new CommandError(`extra arguments: [${args.join(' ')}]`)
  const { server, error } = yield* serverVersion(session)
  if (output === '') {
    yield* out(`Client Version: ${kubernetesVersion}\nKustomize Version: ${kustomizeVersion}\n${server ? `Server Version: ${server.gitVersion}\n` : ''}`)
  } else {
    const versions = { clientVersion: clientInfo, kustomizeVersion, ...(server ? { serverVersion: output === 'json' ? versionInOrder(server) : server } : {}) }
    yield* out(output === 'yaml' ? `${toYaml(versions)}\n` : `${toIndentedJson(versions).replaceAll('    ', '  ')}\n`)
  }
  if (error !== undefined) throw error
}

/** What is wrong with the server is told after the version of the client. */
function* serverVersion(session: Session): Task<{ server?: { gitVersion: string }; error?: KubectlError }> {
  if (session.flags.bool('client')) return {}
  try {
    return { server: (yield* send(session, { verb: 'get', path: '/version' })).body as unknown as { gitVersion: string } }
  } catch (error) {
    if (error instanceof KubectlError) return { error }
    throw error
  }
}

const clientInfo = new Map([
  ['major', '1'], ['minor', '34'], ['gitVersion', kubernetesVersion], ['gitCommit', 'f28b4c9efbca5c5c0af716d9f2d5702667ee8a45'],
  ['gitTreeState', 'clean'], ['buildDate', '2025-08-27T10:17:34Z'], ['goVersion', 'go1.24.6'], ['compiler', 'gc'],
  ['platform', 'linux/amd64'],
])
