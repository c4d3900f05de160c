import { textResponse } from '../../http.ts'
import { print, sleep } from '../../process/io.ts'
import type { Process, Run } from '../../process/process.ts'
import { formatTime } from '../../tools/calendar.ts'
import { connect } from '../../tools/http-client.ts'
import { runInstead } from '../../tools/processes.ts'
import { serveOrFail, stopsOn } from '../serve.ts'

/** How often the entry point looks for the database that the variable of the whole address names. */
const MOST_TRIES = 10

interface Place {
  host: string
  port: number
}

/** mongo-express behind its entry point: it waits for the database a while, and ends when it cannot be reached then (docker-entrypoint.sh, app.js). */
export function* mongoExpress(p: Process): Run<number> {
  const command = p.argv.slice(1).filter((arg) => arg !== '--' && !arg.endsWith('docker-entrypoint.sh'))
  if (command.length > 0 && command[0] !== 'mongo-express') return yield* runInstead(p, command)
  const stopped = stopsOn(p, ['TERM', 'INT'], 143)
  const isNew = !/:0\.\d/.test(p.machine.config.image.reference)
  if (isNew) yield* waitFor(p, placeIn(p.env.get('ME_CONFIG_MONGODB_URL') ?? ''), stopped)
  if (stopped() !== undefined) return 143
  yield* print(p, isNew ? 'No custom config.js found, loading config.default.js\nWelcome to mongo-express 1.0.2\n------------------------\n\n\n' : 'Welcome to mongo-express\n------------------------\n\n\n')
  yield* sleep(p, 1500, true)
  const { env } = p
  const server = env.get('ME_CONFIG_MONGODB_SERVER') ?? ''
  const [user = '', password = ''] = [env.get('ME_CONFIG_MONGODB_ADMINUSERNAME'), env.get('ME_CONFIG_MONGODB_ADMINPASSWORD')]
  const address = server === '' ? (env.get('ME_CONFIG_MONGODB_URL') ?? 'mongodb://mongo:27017') : `mongodb://${user === '' ? '' : `${user}:${password}@`}${server}:${env.get('ME_CONFIG_MONGODB_PORT') ?? '27017'}/`
  const place = placeIn(address)
  const answer = yield* connect(p, place.host, place.port, 30_000)
  if ('error' in answer) {
    yield* sleep(p, 2000, true)
    const why = answer.error === 'unresolved' ? `getaddrinfo ENOTFOUND ${place.host}` : `connect ECONNREFUSED ${place.host}:${place.port}`
    yield* print(p, `Could not connect to database using connectionString: ${address}\n/app/node_modules/mongodb/lib/sdam/topology.js:278\nMongoServerSelectionError: ${why}\n`, 2)
    return 1
  }
  const login = [env.get('ME_CONFIG_BASICAUTH_USERNAME') || 'admin', env.get('ME_CONFIG_BASICAUTH_PASSWORD') || 'pass'].join(':')
  const isOpen = !isNew || env.get('ME_CONFIG_BASICAUTH') === 'false'
  yield* print(p, `Mongo Express server listening at http://0.0.0.0:8081\nServer is open to allow connections from anyone (0.0.0.0)\n${isOpen ? '' : `basicAuth credentials are "${login}", it is recommended you change this in your config.js!\n`}`)
  const code = yield* serveOrFail(p, [8081], ({ headers, path }) => {
    if (path.startsWith('/status')) return { response: textResponse(200, '{"status":"ok"}', 'application/json') }
    if (!isOpen && headers['authorization'] !== `Basic ${btoa(login)}`) return { response: { ...textResponse(401, 'Unauthorized'), headers: { 'content-type': 'text/plain', 'www-authenticate': 'Basic realm="Authorization Required"' } } }
    return { response: textResponse(200, '<!DOCTYPE html>\n<html lang="en">\n<head>\n  <title>Home - Mongo Express</title>\n</head>\n<body>\n<h1 id="pageTitle">Mongo Express</h1>\n</body>\n</html>\n', 'text/html') }
  }, stopped)
  return code
}

function placeIn(address: string): Place {
  const [, host = 'mongo', port = '27017'] = /^(?:mongodb(?:\+srv)?:\/\/)?(?:[^@/]*@)?([^:/,?]+)(?::(\d+))?/.exec(address) ?? []
  return { host, port: Number(port) }
}

function* waitFor(p: Process, { host, port }: Place, stopped: () => number | undefined): Run<void> {
  yield* print(p, `Waiting for ${host}:${port}...\n`)
  for (let tries = 1; tries <= MOST_TRIES && stopped() === undefined; tries++) {
    const answer = yield* connect(p, host, port, 5000)
    if (!('error' in answer)) return
    const why = answer.error === 'unresolved' ? `${host}: Name does not resolve\n/docker-entrypoint.sh: line 15: /dev/tcp/${host}/${port}: Invalid argument` : `connect: Connection refused\n/docker-entrypoint.sh: line 15: /dev/tcp/${host}/${port}: Connection refused`
    yield* print(p, `/docker-entrypoint.sh: line 15: ${why}\n`, 2)
    if (tries === MOST_TRIES) return
    yield* sleep(p, 1000, true)
    yield* print(p, `${formatTime('%a %b %e %T UTC %Y', p.machine.now())} retrying to connect to ${host}:${port} (${tries + 1}/${MOST_TRIES})\n`)
  }
}
