import { objectKey } from '../apiserver/keys.ts'
import type { ApiServer } from '../apiserver/apiserver.ts'
import { Audit, readPolicy } from '../apiserver/audit.ts'
import type { EtcdData } from './etcd-data.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { FileSystem } from '../runtime/filesystem.ts'
import { StorageEncryption } from '../apiserver/storage-encryption.ts'

/** The API server's own process, as its container has it. */
export interface ServerProcess {
  files: FileSystem
  config: { command?: readonly string[]; args?: readonly string[] }
}

/** What the API server's process is told on its command line beside how to begin: whom it writes down (audit), and how it stores what it stores. */
export function followServer({ files, config: { command = [], args = [] } }: ServerProcess, { apiServer, etcdData, kernel, provide }: { apiServer: ApiServer; etcdData: EtcdData; kernel: Kernel; provide: (namespace: string) => void }): void {
  const flag = (name: string): string | undefined => [...command, ...args].find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3)
  const textOf = (path: string | undefined): string | undefined => (path === undefined ? undefined : files.readText(path))
  const encryption = textOf(flag('encryption-provider-config'))
  const read = encryption === undefined ? undefined : StorageEncryption.read(encryption, '')
  etcdData.encryption = read === undefined || 'error' in read ? undefined : read
  const list = (name: string): ReadonlySet<string> => new Set((flag(name) ?? '').split(',').filter(Boolean))
  const plugins = { on: list('enable-admission-plugins'), off: list('disable-admission-plugins'), provide }
  apiServer.writes.admission.plugins = plugins
  const audit = auditOf(flag('audit-log-path'), textOf(flag('audit-policy-file')), files, kernel)
  const isHeard = audit !== undefined || etcdData.encryption !== undefined
  apiServer.audit = !isHeard ? undefined : (exchange, response) => {
    const { verb, info, namespace } = exchange.request
    // What is stored in another way than it would be now is stored anew, whether it has changed or not (etcd3/store.go, stale).
    if (/^(update|patch)$/.test(verb) && response.code === 200 && info !== undefined) etcdData.storedAgain(objectKey(info, namespace, exchange.name ?? ''))
    audit?.note(exchange, response)
  }
}

function auditOf(log: string | undefined, policy: string | undefined, files: FileSystem, kernel: Kernel): Audit | undefined {
  const rules = policy === undefined ? undefined : readPolicy(policy, '')
  if (rules === undefined || 'error' in rules || log === undefined || log === '-') return undefined
  const uuids = kernel.random('audit ids')
  files.mkdir(log.slice(0, log.lastIndexOf('/')))
  return new Audit(rules, { now: () => kernel.now, uuid: () => uuids.uuid(), write: (lines) => void (lines !== '' && files.writeText(log, lines, { append: true })) })
}
