import { jsonOf } from '../../api/json.ts'
import { print, sleep } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { type Asked, request, type Url } from './http-client.ts'

interface Told {
  type: string
  object: { metadata: { uid: string; resourceVersion: string } }
}

const askAgainMs = 1000

/** The lines of a watch: type and object. */
const told = (body: string): Told[] => body.split('\n').flatMap((line) => (line === '' ? [] : [jsonOf(line) as Told]))

/** A connection to the API server on which a watch goes on: what it would have told is asked for, again and again. */
export function* watchOn(p: Process, url: Url, asked: Asked, first: string): Run<number> {
  const seconds = Number(/[?&]timeoutSeconds=(\d+)/.exec(url.path)?.[1] ?? Infinity)
  const until = p.machine.now() + Math.min(seconds * 1000, asked.timeoutMs)
  const all = { ...url, path: url.path.replace(/([?&])resourceVersion=\d+&?/, '$1') }
  let known = new Map(told(first).map((event) => [event.object.metadata.uid, event]))
  let isFirst = /[?&]resourceVersion=\d/.test(url.path)
  for (;;) {
    yield* sleep(p, Math.max(0, Math.min(askAgainMs, until - p.machine.now())))
    if (p.machine.now() >= until) return seconds * 1000 <= asked.timeoutMs ? 0 : 28
    const answer = yield* request(p, all, { ...asked, quiet: true })
    if ('error' in answer || answer.status !== 200) return 0
    const now = new Map(told(answer.body).map((event) => [event.object.metadata.uid, event]))
    const news: Told[] = []
    for (const [uid, { object }] of now) {
      const before = known.get(uid)
      // What is older than where the watch began has been seen by whoever began it there.
      if (before === undefined && !isFirst) news.push({ type: 'ADDED', object })
      else if (before !== undefined && before.object.metadata.resourceVersion !== object.metadata.resourceVersion) news.push({ type: 'MODIFIED', object })
    }
    for (const [uid, { object }] of known) if (!now.has(uid)) news.push({ type: 'DELETED', object })
    known = now
    isFirst = false
    yield* print(p, news.map((event) => `${JSON.stringify(event)}\n`).join(''))
  }
}
