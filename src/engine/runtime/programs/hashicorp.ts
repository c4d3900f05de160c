import { jsonOf } from '../../api/json.ts'
import { type HttpRequest, type HttpResponse, jsonResponse, textResponse } from '../http.ts'
import { aligned } from '../../text/columns.ts'
import { print, sleep } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { connect } from '../tools/http-client.ts'
import { cannotListen, listenOn, serve, stopsOn } from './serve.ts'

const MIB = 1024 ** 2

interface Server {
  ports: readonly number[]
  memoryMiB: number
  says: string
  handle: (r: HttpRequest) => HttpResponse
}

function* stand(p: Process, { ports, memoryMiB, says, handle }: Server): Run<number> {
  const stopped = stopsOn(p, ['TERM', 'INT'], 0)
  yield* sleep(p, 800, true)
  const listeners = yield* listenOn(p, ports, (port, why) => `==> Error starting: ${cannotListen(port, why)}`)
  if (listeners === undefined) return 1
  yield* print(p, says)
  p.machine.setMemory(p, memoryMiB * MIB)
  return yield* serve(p, { listeners, stopped, handle })
}

const tagOf = (p: Process): string => /:v?(\d[\d.]*)/.exec(p.machine.config.image.reference)?.[1] ?? '1.21.0'

function* table(p: Process, rows: readonly (readonly string[])[]): Run<number> {
  yield* print(p, aligned(rows, '  ').map((row) => `${row.trimEnd()}\n`).join(''))
  return 0
}

/** consul: an agent, and what is asked of the one in the same pod (hashicorp/consul command/). */
export function* consul(p: Process): Run<number> {
  const [, command = '', ...args] = p.argv
  const version = tagOf(p)
  if (command === 'version') return yield* table(p, [[`Consul v${version}`]])
  if (command !== 'agent') {
    const answer = yield* connect(p, '127.0.0.1', 8500, 2000)
    if ('error' in answer) {
      yield* print(p, `Error retrieving members: Get "http://127.0.0.1:8500/v1/agent/members?segment=_all": dial tcp 127.0.0.1:8500: connect: connection refused\n`, 2)
      return 1
    }
    const isServer = p.machine.visibleProcesses().some(({ argv }) => argv.some((word) => /^-?-(server|dev)$/.test(word)))
    if (command === 'members') return yield* table(p, [['Node', 'Address', 'Status', 'Type', 'Build', 'Protocol', 'DC', 'Partition', 'Segment'], [p.machine.config.hostname, `${p.machine.config.ip()}:8301`, 'alive', isServer ? 'server' : 'client', version, '2', 'dc1', 'default', isServer ? '<all>' : '<default>']])
    if (command === 'leave') return yield* table(p, [['Graceful leave complete']])
    yield* print(p, `Usage: consul [--version] [--help] <command> [<args>]\n`)
    return 127
  }
  const isServer = args.some((word) => /^-?-(server|dev)$/.test(word))
  const name = p.machine.config.hostname
  return yield* stand(p, {
    ports: [8500, 8300, 8301, 8302, 8600], memoryMiB: 60,
    says: `==> Starting Consul agent...\n               Version: '${version}'\n             Node name: '${name}'\n            Datacenter: 'dc1' (Segment: '${isServer ? '<all>' : ''}')\n                Server: ${isServer} (Bootstrap: false)\n           Client Addr: [0.0.0.0] (HTTP: 8500, HTTPS: -1, gRPC: -1, DNS: 8600)\n          Cluster Addr: ${p.machine.config.ip()} (LAN: 8301, WAN: 8302)\n\n==> Log data will now stream in as it occurs:\n\n`,
    handle: ({ path }) => {
      if (path.startsWith('/v1/status/leader')) return jsonResponse(200, `${p.machine.config.ip()}:8300` as never)
      if (path.startsWith('/v1/agent/members')) return jsonResponse(200, [{ Name: name, Addr: p.machine.config.ip(), Port: 8301, Status: 1 }])
      if (path.startsWith('/v1/catalog/services')) return jsonResponse(200, { consul: [] })
      if (path.startsWith('/ui')) return textResponse(200, '<!DOCTYPE html>\n<html><head><title>Consul by HashiCorp</title></head><body></body></html>\n', 'text/html; charset=utf-8')
      return path === '/' ? { ...textResponse(301, ''), headers: { location: '/ui/' } } : textResponse(404, '')
    },
  })
}

/** vault: a server for trying it out (-dev), which is not sealed; one with a configuration is until somebody unseals it. */
export function* vault(p: Process): Run<number> {
  const [, command = '', ...args] = p.argv
  const version = tagOf(p)
  if (command === 'version' || command === '-version') return yield* table(p, [[`Vault v${version}, built 2026-01-01T00:00:00Z`]])
  const isDev = p.machine.visibleProcesses().some(({ argv }) => argv.includes('-dev'))
  if (command === 'server') {
    const root = p.env.get('VAULT_DEV_ROOT_TOKEN_ID') ?? 'hvs.6j4cuewowBGit65rheNoceI7'
    const dev = args.includes('-dev')
    return yield* stand(p, {
      ports: [8200, 8201], memoryMiB: 80,
      says: `==> Vault server configuration:\n\n             Api Address: http://0.0.0.0:8200\n                     Cgo: disabled\n         Cluster Address: https://0.0.0.0:8201\n                 Version: Vault v${version}\n\n==> Vault server started! Log data will stream in below:\n\n${dev ? `WARNING! dev mode is enabled! In this mode, Vault runs entirely in-memory\nand starts unsealed with a single unseal key. The root token is already\nauthenticated to the CLI, so you can immediately begin using Vault.\n\nYou may need to set the following environment variables:\n\n    $ export VAULT_ADDR='http://0.0.0.0:8200'\n\nThe unseal key and root token are displayed below in case you want to\nseal/unseal the Vault or re-authenticate.\n\nUnseal Key: GDW0fjGxZgFGHG0bTTy2HSdyTmkRvEPTbP9gJbOMxUI=\nRoot Token: ${root}\n\nDevelopment mode should NOT be used in production installations!\n\n` : ''}`,
      handle: ({ path }) => {
        const state = { initialized: dev, sealed: !dev, standby: false, version, cluster_name: 'vault-cluster-4c1d2b7a' }
        if (path.startsWith('/v1/sys/health')) return jsonResponse(dev ? 200 : 501, state)
        if (path.startsWith('/v1/sys/seal-status')) return jsonResponse(200, { type: 'shamir', t: 1, n: 1, progress: 0, ...state })
        if (path === '/' || path.startsWith('/ui')) return path.startsWith('/ui') ? textResponse(200, '<!DOCTYPE html>\n<html><head><title>Vault</title></head><body></body></html>\n', 'text/html; charset=utf-8') : { ...textResponse(307, ''), headers: { location: '/ui/' } }
        return jsonResponse(403, { errors: ['permission denied'] })
      },
    })
  }
  const wanted = p.env.get('VAULT_ADDR') ?? 'https://127.0.0.1:8200'
  if (command === 'status' && wanted.startsWith('https:')) {
    yield* print(p, `Error checking seal status: Get "${wanted}/v1/sys/seal-status": http: server gave HTTP response to HTTPS client\n`, 2)
    return 1
  }
  if (command === 'status') {
    yield* table(p, [['Key', 'Value'], ['---', '-----'], ['Seal Type', 'shamir'], ['Initialized', String(isDev)], ['Sealed', String(!isDev)], ['Total Shares', isDev ? '1' : '0'], ['Threshold', isDev ? '1' : '0'], ['Version', version], ['Storage Type', isDev ? 'inmem' : 'file'], ['HA Enabled', 'false']])
    return isDev ? 0 : 2
  }
  const kept = '/tmp/.vault-kv.json'
  const all = (jsonOf(p.machine.files.readText(kept) ?? '{}') ?? {}) as Record<string, Record<string, string>>
  const [what = '', path = '', ...pairs] = args.filter((word) => !word.startsWith('-'))
  if (command === 'kv' && what === 'put') {
    all[path] = Object.fromEntries(pairs.map((pair) => [pair.split('=')[0]!, pair.slice(pair.indexOf('=') + 1)]))
    p.machine.files.writeText(kept, JSON.stringify(all))
    yield* print(p, `${'='.repeat(7)} Secret Path ${'='.repeat(7)}\n${path.replace('/', '/data/')}\n\n`)
    return yield* table(p, [['Key', 'Value'], ['---', '-----'], ['version', '1']])
  }
  if (command === 'kv' && what === 'get') {
    const found = all[path]
    if (found === undefined) {
      yield* print(p, `No value found at ${path.replace('/', '/data/')}\n`, 2)
      return 2
    }
    yield* print(p, `${'='.repeat(7)} Secret Path ${'='.repeat(7)}\n${path.replace('/', '/data/')}\n\n====== Data ======\n`)
    return yield* table(p, [['Key', 'Value'], ['---', '-----'], ...Object.entries(found)])
  }
  yield* print(p, `vault: '${[command, what].join(' ').trim()}' is not simulated by Podreel\n`, 2)
  return 1
}
