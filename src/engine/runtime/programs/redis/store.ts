import { between, byScore, globOf, integer, list, notInteger, optional, quoted, scoreText, type Value, wrongCount, wrongType } from './values.ts'

type Kind = Value['kind']
type Of<K extends Kind> = Extract<Value, { kind: K }>

/** A command of redis on what it keeps: how many words it wants at least, what it does, and whether it changes anything. */
interface Command {
  least: number
  writes?: boolean
  run: (store: RedisStore, args: string[]) => string
}

/** Keys with their values, and until when. */
export class RedisStore {
  private values = new Map<string, Value>()
  private ends = new Map<string, number>()
  private readonly now: () => number

  constructor(now: () => number) {
    this.now = now
  }

  /** Undefined for a command that is not about keys. */
  run(name: string, args: string[]): string | undefined {
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined
    if (command === undefined) return undefined
    if (args.length < command.least) return wrongCount(name)
    this.forgetOld()
    try {
      return command.run(this, args)
    } catch (e) {
      if (e instanceof WrongType) return wrongType
      throw e
    }
  }

  writes(name: string): boolean {
    return Object.hasOwn(commands, name) && commands[name]!.writes === true
  }

  dump(): string {
    this.forgetOld()
    return JSON.stringify({ values: [...this.values], ends: [...this.ends] })
  }

  load(text: string): void {
    const { values, ends } = JSON.parse(text) as { values: [string, Value][]; ends: [string, number][] }
    this.values = new Map(values)
    this.ends = new Map(ends)
  }

  get size(): number {
    return this.values.size
  }

  /** The value of a key, of one kind; there may be none. */
  get<K extends Kind>(key: string, kind: K): Of<K> | undefined {
    const found = this.values.get(key)
    if (found !== undefined && found.kind !== kind) throw new WrongType()
    return found as Of<K> | undefined
  }

  /** The same, made when there is none. */
  at<K extends Kind>(key: string, made: Of<K>): Of<K> {
    const found = this.get(key, made.kind as K)
    if (found === undefined) this.values.set(key, made)
    return found ?? made
  }

  any(key: string): Value | undefined {
    return this.values.get(key)
  }

  keys(): string[] {
    return [...this.values.keys()].sort()
  }

  put(key: string, value: Value): void {
    this.values.set(key, value)
  }

  drop(key: string): boolean {
    this.ends.delete(key)
    return this.values.delete(key)
  }

  clear(): void {
    this.values.clear()
    this.ends.clear()
  }

  /** A list, set or hash that has nothing left is none. */
  dropEmpty(key: string, left: number): void {
    if (left === 0) this.drop(key)
  }

  end(key: string): number | undefined {
    return this.ends.get(key)
  }

  endIn(key: string, ms: number): void {
    this.ends.set(key, this.now() + ms)
  }

  endNever(key: string): boolean {
    return this.ends.delete(key)
  }

  /** What is left of a key's time. */
  left(key: string): number | undefined {
    const end = this.ends.get(key)
    return end === undefined ? undefined : end - this.now()
  }

  /** SET key value [NX | XX] [EX seconds | PX ms | KEEPTTL] [GET] */
  set(key: string, text: string, words: readonly string[]): string {
    const options = words.map((word) => word.toUpperCase())
    const isThere = this.values.has(key)
    if ((options.includes('NX') && isThere) || (options.includes('XX') && !isThere)) return '(nil)'
    const at = options.findIndex((word) => word === 'EX' || word === 'PX')
    const time = Number(options[at + 1])
    if (at >= 0 && !Number.isInteger(time)) return notInteger
    if (at >= 0 && time <= 0) return "(error) ERR invalid expire time in 'set' command"
    const before = options.includes('GET') ? optional(this.get(key, 'string')?.text) : 'OK'
    this.put(key, { kind: 'string', text })
    if (at >= 0) this.endIn(key, options[at] === 'EX' ? time * 1000 : time)
    else if (!options.includes('KEEPTTL')) this.endNever(key)
    return before
  }

  add(key: string, by: number): string {
    const n = Number(this.get(key, 'string')?.text ?? 0) + by
    if (!Number.isSafeInteger(n)) return notInteger
    this.put(key, { kind: 'string', text: String(n) })
    return integer(n)
  }

  push(key: string, items: string[], left: boolean): string {
    const to = this.at<'list'>(key, { kind: 'list', items: [] }).items
    if (left) to.unshift(...items.reverse())
    else to.push(...items)
    return integer(to.length)
  }

  /** One item, or with a count a list of them. */
  pop(key: string, count: string | undefined, left: boolean): string {
    const items = this.get(key, 'list')?.items
    if (items === undefined) return '(nil)'
    const taken = left ? items.splice(0, Number(count ?? 1)) : items.splice(-Number(count ?? 1)).reverse()
    this.dropEmpty(key, items.length)
    return count === undefined ? optional(taken[0]) : list(taken)
  }

  private forgetOld(): void {
    for (const [key, end] of this.ends) if (end <= this.now()) this.drop(key)
  }
}

class WrongType extends Error {}

/** How many of these were done. */
const count = <T>(items: readonly T[], done: (item: T) => boolean): string => integer(items.filter(done).length)

/** 'a 1 b 2' as pairs. */
const pairs = (words: readonly string[]): [string, string][] => Array.from({ length: Math.floor(words.length / 2) }, (_, i) => [words[2 * i]!, words[2 * i + 1]!])

const read = (least: number, run: Command['run']): Command => ({ least, run })
const write = (least: number, run: Command['run']): Command => ({ least, run, writes: true })

const hashOf = (s: RedisStore, key: string): [string, string][] => s.get(key, 'hash')?.fields ?? []
const setOf = (s: RedisStore, key: string): string[] => s.get(key, 'set')?.members ?? []
const scoresOf = (s: RedisStore, key: string): [string, number][] => byScore(s.get(key, 'zset')?.scores ?? [])

function setFields(s: RedisStore, [key = '', ...words]: string[]): number {
  const { fields } = s.at<'hash'>(key, { kind: 'hash', fields: [] })
  return pairs(words).filter(([name, value]) => {
    const known = fields.find(([given]) => given === name)
    if (known === undefined) fields.push([name, value])
    else known[1] = value
    return known === undefined
  }).length
}

function scored(s: RedisStore, [key = '', from = '0', to = '-1', ...words]: string[], reversed: boolean): string {
  const members = between(reversed ? scoresOf(s, key).reverse() : scoresOf(s, key), from, to)
  return list(words.some((word) => /^withscores$/i.test(word)) ? members.flatMap(([member, score]) => [member, scoreText(score)]) : members.map(([member]) => member))
}

function addScore(s: RedisStore, key: string, member: string, change: (before: number | undefined) => number): boolean {
  const { scores } = s.at<'zset'>(key, { kind: 'zset', scores: [] })
  const known = scores.find(([given]) => given === member)
  if (known === undefined) scores.push([member, change(undefined)])
  else known[1] = change(known[1])
  return known === undefined
}

/** Takes members out of a collection; how many were there. */
function taken<T>(s: RedisStore, key: string, from: T[], nameOf: (item: T) => string, names: readonly string[]): string {
  const before = from.length
  for (let i = from.length - 1; i >= 0; i--) if (names.includes(nameOf(from[i]!))) from.splice(i, 1)
  if (before > 0) s.dropEmpty(key, from.length)
  return integer(before - from.length)
}

const ttl = (unit: number) => read(1, (s, [key = '']) => {
  const left = s.left(key)
  return integer(s.any(key) === undefined ? -2 : left === undefined ? -1 : Math.ceil(left / unit))
})

const expire = (unit: number) => write(2, (s, [key = '', time = '']) => {
  if (s.any(key) === undefined) return integer(0)
  s.endIn(key, Number(time) * unit)
  return integer(1)
})

const commands: Readonly<Record<string, Command>> = {
  SET: write(2, (s, [key = '', text = '', ...words]) => s.set(key, text, words)),
  SETNX: write(2, (s, [key = '', text = '']) => integer(s.set(key, text, ['NX']) === 'OK' ? 1 : 0)),
  SETEX: write(3, (s, [key = '', seconds = '', text = '']) => s.set(key, text, ['EX', seconds])),
  GETSET: write(2, (s, [key = '', text = '']) => s.set(key, text, ['GET'])),
  GETDEL: write(1, (s, [key = '']) => {
    const text = s.get(key, 'string')?.text
    s.drop(key)
    return optional(text)
  }),
  MSET: write(2, (s, args) => {
    for (const [key, text] of pairs(args)) s.set(key, text, [])
    return 'OK'
  }),
  GET: read(1, (s, [key = '']) => optional(s.get(key, 'string')?.text)),
  MGET: read(1, (s, keys) => list(keys.map((key) => s.get(key, 'string')?.text))),
  STRLEN: read(1, (s, [key = '']) => integer(s.get(key, 'string')?.text.length ?? 0)),
  APPEND: write(2, (s, [key = '', text = '']) => {
    const value = s.at<'string'>(key, { kind: 'string', text: '' })
    value.text += text
    return integer(value.text.length)
  }),
  INCR: write(1, (s, [key = '']) => s.add(key, 1)),
  DECR: write(1, (s, [key = '']) => s.add(key, -1)),
  INCRBY: write(2, (s, [key = '', by = '']) => s.add(key, Number(by))),
  DECRBY: write(2, (s, [key = '', by = '']) => s.add(key, -Number(by))),
  DEL: write(1, (s, keys) => count(keys, (key) => s.drop(key))),
  UNLINK: write(1, (s, keys) => count(keys, (key) => s.drop(key))),
  EXISTS: read(1, (s, keys) => count(keys, (key) => s.any(key) !== undefined)),
  KEYS: read(1, (s, [pattern = '*']) => list(s.keys().filter((key) => globOf(pattern).test(key)))),
  SCAN: read(1, (s) => `1) "0"\n2) ${s.keys().map((key, i) => `${i === 0 ? '' : '   '}${i + 1}) ${quoted(key)}`).join('\n') || '(empty array)'}`),
  TYPE: read(1, (s, [key = '']) => s.any(key)?.kind ?? 'none'),
  RENAME: write(2, (s, [key = '', to = '']) => {
    const value = s.any(key)
    if (value === undefined) return '(error) ERR no such key'
    s.drop(key)
    s.put(to, value)
    return 'OK'
  }),
  EXPIRE: expire(1000),
  PEXPIRE: expire(1),
  PERSIST: write(1, (s, [key = '']) => integer(s.endNever(key) ? 1 : 0)),
  TTL: ttl(1000),
  PTTL: ttl(1),
  DBSIZE: read(0, (s) => integer(s.size)),
  FLUSHALL: write(0, (s) => (s.clear(), 'OK')),
  FLUSHDB: write(0, (s) => (s.clear(), 'OK')),
  LPUSH: write(2, (s, [key = '', ...items]) => s.push(key, items, true)),
  RPUSH: write(2, (s, [key = '', ...items]) => s.push(key, items, false)),
  LPOP: write(1, (s, [key = '', some]) => s.pop(key, some, true)),
  RPOP: write(1, (s, [key = '', some]) => s.pop(key, some, false)),
  LLEN: read(1, (s, [key = '']) => integer(s.get(key, 'list')?.items.length ?? 0)),
  LRANGE: read(3, (s, [key = '', from = '', to = '']) => list(between(s.get(key, 'list')?.items ?? [], from, to))),
  LINDEX: read(2, (s, [key = '', at = '']) => optional(s.get(key, 'list')?.items.at(Number(at)))),
  LREM: write(3, (s, [key = '', , item = '']) => taken(s, key, s.get(key, 'list')?.items ?? [], (one) => one, [item])),
  SADD: write(2, (s, [key = '', ...members]) => {
    const set = s.at<'set'>(key, { kind: 'set', members: [] }).members
    return count(members, (member) => !set.includes(member) && set.push(member) > 0)
  }),
  SREM: write(2, (s, [key = '', ...members]) => taken(s, key, setOf(s, key), (one) => one, members)),
  SMEMBERS: read(1, (s, [key = '']) => list(setOf(s, key))),
  SISMEMBER: read(2, (s, [key = '', member = '']) => integer(setOf(s, key).includes(member) ? 1 : 0)),
  SCARD: read(1, (s, [key = '']) => integer(setOf(s, key).length)),
  HSET: write(3, (s, args) => integer(setFields(s, args))),
  HMSET: write(3, (s, args) => (setFields(s, args), 'OK')),
  HGET: read(2, (s, [key = '', name = '']) => optional(hashOf(s, key).find(([given]) => given === name)?.[1])),
  HMGET: read(2, (s, [key = '', ...names]) => list(names.map((name) => hashOf(s, key).find(([given]) => given === name)?.[1]))),
  HGETALL: read(1, (s, [key = '']) => list(hashOf(s, key).flat())),
  HKEYS: read(1, (s, [key = '']) => list(hashOf(s, key).map(([name]) => name))),
  HVALS: read(1, (s, [key = '']) => list(hashOf(s, key).map(([, value]) => value))),
  HLEN: read(1, (s, [key = '']) => integer(hashOf(s, key).length)),
  HEXISTS: read(2, (s, [key = '', name = '']) => integer(hashOf(s, key).some(([given]) => given === name) ? 1 : 0)),
  HDEL: write(2, (s, [key = '', ...names]) => taken(s, key, hashOf(s, key), ([name]) => name, names)),
  HINCRBY: write(3, (s, [key = '', name = '', by = '']) => {
    const sum = Number(hashOf(s, key).find(([given]) => given === name)?.[1] ?? 0) + Number(by)
    setFields(s, [key, name, String(sum)])
    return integer(sum)
  }),
  ZADD: write(3, (s, [key = '', ...words]) => count(pairs(words.filter((word) => !/^(?:nx|xx|gt|lt|ch)$/i.test(word))), ([score, member]) => addScore(s, key, member, () => Number(score)))),
  ZINCRBY: write(3, (s, [key = '', by = '', member = '']) => {
    addScore(s, key, member, (before = 0) => before + Number(by))
    return quoted(scoreText(scoresOf(s, key).find(([given]) => given === member)![1]))
  }),
  ZRANGE: read(3, (s, args) => scored(s, args, args.some((word) => /^rev$/i.test(word)))),
  ZREVRANGE: read(3, (s, args) => scored(s, args, true)),
  ZSCORE: read(2, (s, [key = '', member = '']) => {
    const score = scoresOf(s, key).find(([given]) => given === member)?.[1]
    return score === undefined ? '(nil)' : quoted(scoreText(score))
  }),
  ZCARD: read(1, (s, [key = '']) => integer(scoresOf(s, key).length)),
  ZREM: write(2, (s, [key = '', ...members]) => taken(s, key, s.get(key, 'zset')?.scores ?? [], ([member]) => member, members)),
}
