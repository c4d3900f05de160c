import { jsonOf } from '../../api/json.ts'
import { formValue, isWire, textResponse } from '../http.ts'
import { print, sleep } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { formatTime } from '../tools/calendar.ts'
import { resolve } from '../tools/http-client.ts'
import { askRedis } from './redis/client.ts'
import { sample } from './samples.ts'
import { type Answer, serveOrFail, stopsOn } from './serve.ts'
import { askPostgres } from './sql-server.ts'

/** Docker's example voting app: a page that puts votes into a queue, a worker that brings them to a database, a page that counts them. */

const database = { host: 'db', database: 'postgres', user: 'postgres', password: 'postgres' }

export const vote = sample({
  port: 80,
  startMs: 600,
  says: (p) => `[${formatTime('%F %T', p.machine.now())} +0000] [1] [INFO] Starting gunicorn 22.0.0\n[${formatTime('%F %T', p.machine.now())} +0000] [1] [INFO] Listening at: http://0.0.0.0:80 (1)`,
  stops: 'exits',
  handler: (p) => (r) => voted(p, r.method === 'POST' ? (formValue(r.body, 'vote') ?? '') : undefined, /voter_id=(\w+)/.exec(r.headers['cookie'] ?? '')?.[1]),
})

function* voted(p: Process, choice: string | undefined, known: string | undefined): Run<Answer> {
  const voter = known ?? p.machine.random(2 ** 31).toString(16)
  const [a = 'Cats', b = 'Dogs'] = [p.env.get('OPTION_A'), p.env.get('OPTION_B')]
  if (choice !== undefined) {
    const queued = yield* askRedis(p, 'redis', 6379, ['RPUSH', 'votes', JSON.stringify({ voter_id: voter, vote: choice })])
    if ('error' in queued) return { response: textResponse(500, '<!doctype html>\n<html lang=en>\n<title>500 Internal Server Error</title>\n<h1>Internal Server Error</h1>\n', 'text/html') }
  }
  const button = (value: string, name: string): string => `        <button id="${value}" type="submit" name="vote" class="${value}" value="${value}"${choice === value ? ' disabled="disabled"' : ''}>${name}</button>\n`
  const page = textResponse(200, `<!DOCTYPE html>\n<html>\n  <head>\n    <meta charset="utf-8">\n    <title>${a} vs ${b}!</title>\n  </head>\n  <body>\n      <h3>${a} vs ${b}!</h3>\n      <form id="choice" name='form' method="POST" action="/">\n${button('a', a)}${button('b', b)}      </form>\n      <div id="tip">\n        (Tip: you can change your vote)\n      </div>\n      <div id="hostname">\n        Processed by container ID ${p.machine.config.hostname}\n      </div>\n  </body>\n</html>\n`, 'text/html; charset=utf-8')
  return { response: { ...page, headers: { ...page.headers, 'set-cookie': `voter_id=${voter}; Path=/` } } }
}

/** Its counts come over a socket that a browser opens; the page itself has none. */
export const result = sample({
  port: 80,
  startMs: 500,
  says: 'App running on port 80\nConnected to db',
  stops: 'never',
  handler: () => () => textResponse(200, '<!DOCTYPE html>\n<html ng-app="catsvsdogs">\n  <head>\n    <meta charset="utf-8">\n    <title>Cats vs Dogs -- Result</title>\n  </head>\n  <body ng-controller="statsCtrl">\n    <span>No votes yet</span>\n  </body>\n</html>\n', 'text/html; charset=utf-8'),
})

/** Waits for both, and says so; a queue whose name nobody knows is its end. */
export function* worker(p: Process): Run<number> {
  yield* sleep(p, 500)
  yield* connectDatabase(p)
  const found = yield* resolve(p, 'redis')
  if ('error' in found) {
    yield* print(p, 'System.AggregateException: One or more errors occurred. (Name or service not known)\n ---> System.Net.Sockets.SocketException (00000001, 11): Name or service not known\n', 2)
    return 1
  }
  yield* print(p, `Found redis at ${found.addresses[0]}\n`)
  yield* connectQueue(p, found.addresses[0]!)
  for (;;) {
    // The original looks ten times a second, which nobody would see.
    yield* sleep(p, 1000)
    const popped = yield* askRedis(p, 'redis', 6379, ['LPOP', 'votes'])
    if ('error' in popped) {
      yield* print(p, 'Reconnecting Redis\n')
      yield* connectQueue(p, found.addresses[0]!)
    } else if (isWire('REDIS', popped) && popped.body.startsWith('"')) {
      const text = String(jsonOf(popped.body))
      const cast = jsonOf(text) as { voter_id: string; vote: string } | undefined
      if (cast === undefined) {
        yield* print(p, `Newtonsoft.Json.JsonReaderException: Unexpected character encountered while parsing value: ${text[0] ?? ''}. Path '', line 0, position 0.\n`, 2)
        return 1
      }
      yield* count(p, cast)
    }
  }
}

function* connectDatabase(p: Process): Run<void> {
  for (;;) {
    const made = yield* askPostgres(p, database, 'CREATE TABLE IF NOT EXISTS votes (id VARCHAR(255) NOT NULL UNIQUE, vote VARCHAR(255) NOT NULL)')
    if (made !== 'unreachable' && !('error' in made)) break
    yield* print(p, 'Waiting for db\n', 2)
    yield* sleep(p, 1000)
  }
  yield* print(p, 'Connected to db\n', 2)
}

function* connectQueue(p: Process, address: string): Run<void> {
  for (;;) {
    yield* print(p, 'Connecting to redis\n', 2)
    const pong = yield* askRedis(p, address, 6379, ['PING'])
    if (!('error' in pong)) return
    yield* print(p, 'Waiting for redis\n', 2)
    yield* sleep(p, 1000)
  }
}

function* count(p: Process, { voter_id, vote: choice }: { voter_id: string; vote: string }): Run<void> {
  yield* print(p, `Processing vote for '${choice}' by '${voter_id}'\n`)
  const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`
  const updated = yield* askPostgres(p, database, `UPDATE votes SET vote = ${quoted(choice)} WHERE id = ${quoted(voter_id)}`)
  if (updated !== 'unreachable' && 'tag' in updated && updated.tag === 'UPDATE 0') yield* askPostgres(p, database, `INSERT INTO votes (id, vote) VALUES (${quoted(voter_id)}, ${quoted(choice)})`)
}

/** Azure's version of the same idea: it will not start without its redis, and counts there. */
export function* azureVote(p: Process): Run<number> {
  const stopped = stopsOn(p, ['TERM', 'INT', 'QUIT'], 0)
  const host = p.env.get('REDIS') ?? 'localhost'
  const [title = 'Azure Voting App', first = 'Cats', second = 'Dogs'] = ['TITLE', 'VOTE1VALUE', 'VOTE2VALUE'].map((name) => p.env.get(name))
  yield* sleep(p, 1000, true)
  const pong = yield* askRedis(p, host, 6379, ['PING'])
  if ('error' in pong) {
    yield* print(p, 'Failed to connect to Redis, terminating.\nunable to load app 0 (mountpoint=\'\') (callable not found or import error)\n*** no app loaded. going in full dynamic mode ***\n', 2)
    return 1
  }
  yield* print(p, 'spawned uWSGI master process (pid: 12)\nspawned uWSGI worker 1 (pid: 15, cores: 1)\n')
  return yield* serveOrFail(p, [80], (r) => azurePage(p, { host, title, first, second, choice: r.method === 'POST' ? (formValue(r.body, 'vote') ?? '') : '' }), stopped)
}

function* azurePage(p: Process, o: { host: string; title: string; first: string; second: string; choice: string }): Run<Answer> {
  if (o.choice === 'reset') for (const name of [o.first, o.second]) yield* askRedis(p, o.host, 6379, ['SET', name, '0'])
  else if (o.choice !== '') yield* askRedis(p, o.host, 6379, ['INCRBY', o.choice, '1'])
  const counts: string[] = []
  for (const name of [o.first, o.second]) {
    const told = yield* askRedis(p, o.host, 6379, ['GET', name])
    counts.push('error' in told ? '' : (/"(\d+)"/.exec(told.body)?.[1] ?? '0'))
  }
  return { response: textResponse(200, `<!DOCTYPE html>\n<html xmlns="http://www.w3.org/1999/xhtml">\n<head>\n    <title>${o.title}</title>\n</head>\n<body>\n    <form id="form" name="form" action="/" method="post">\n      <button name="vote" value="${o.first}" class="button button1">${o.first}</button>\n      <button name="vote" value="${o.second}" class="button button2">${o.second}</button>\n      <button name="vote" value="reset" class="button button3">Reset</button>\n      <div id="results"> ${o.first} - ${counts[0]} | ${o.second} - ${counts[1]} </div>\n    </form>\n</body>\n</html>\n`, 'text/html; charset=utf-8') }
}
