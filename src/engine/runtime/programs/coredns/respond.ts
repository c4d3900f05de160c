import type { DnsAsked, DnsReply } from '../../process/network.ts'
import { publicAddress } from '../../tools/internet.ts'
import { answerOf, serverOf, type Surroundings } from './answer.ts'
import type { Corefile } from './corefile.ts'

interface Question {
  asked: DnsAsked
  port: number
  from: string
}

/** The answer to a question, and what the server's plugins "log" and "errors" write of it. */
export function respond(
  file: Corefile,
  { asked, port, from }: Question,
  around: Surroundings,
  random: (bound: number) => number,
): { reply: DnsReply | 'world'; lines: string[] } {
  const server = serverOf(file, asked.name, port)
  if (server === undefined) return { reply: { status: 'REFUSED', authoritative: false, answers: [] }, lines: [] }
  const { reply, error } = answerOf(server, asked, around)
  const has = (plugin: string): boolean => server.directives.some(({ name }) => name === plugin)
  const lines: string[] = []
  if (has('log')) lines.push(logLine(asked, from, reply, random))
  if (has('errors') && error !== undefined) lines.push(`[ERROR] plugin/errors: 2 ${asked.name}. ${asked.type}: ${error}`)
  return { reply, lines }
}

/** `{remote}:{port} - {>id} "{type} {class} {name} {proto} {size} {>do} {>bufsize}" {rcode} {>rflags} {rsize} {duration}` (plugin/log). */
function logLine({ name, type }: DnsAsked, from: string, reply: DnsReply | 'world', random: (bound: number) => number): string {
  const asked = headerBytes + name.length + nameBytes + typeBytes
  const found = reply === 'world' ? publicAddress(name) : undefined
  const known = reply === 'world' ? { status: found === undefined ? 'NXDOMAIN' : 'NOERROR', answers: found === undefined || type !== 'A' ? [] : [{ name, data: found }], authoritative: false } : reply
  const flags = known.status === 'SERVFAIL' ? 'qr,rd' : known.authoritative ? 'qr,aa,rd' : 'qr,rd,ra'
  const size = asked + known.answers.reduce((sum, one) => sum + one.name.length + nameBytes + recordBytes, 0)
  const took = (reply === 'world' ? 4_000_000 + random(20_000_000) : 90_000 + random(120_000)) / 1e9
  return `[INFO] ${from}:${32_768 + random(28_232)} - ${random(65_536)} "${type} IN ${name}. udp ${asked} false 512" ${known.status} ${flags} ${size} ${took.toFixed(9)}s`
}

/** Of a message: its header; of a name the length of its first label and the end; of a question its type and class; of an answer also its ttl and an address. */
const headerBytes = 12
const nameBytes = 2
const typeBytes = 4
const recordBytes = 14
