import { deepCopy } from './deepCopy.ts'
import type { Response } from './request.ts'
import type { KubeObject } from './types.ts'

/** What is in a list of a kind does not say of which kind it is: the list does. */
export function onTheWire(body: Exclude<Response['body'], string>): object {
  const { kind, items } = body as { kind: string; items?: KubeObject[] }
  if (items === undefined || kind === 'List') return body
  return { ...body, items: items.map(({ kind: _, apiVersion: __, ...item }) => item) }
}

const streamedBy = /^(?:watch|follow|allowWatchBookmarks|timeoutSeconds|resourceVersion|resourceVersionMatch)=/

/** The path that asks once for what a watch, or a log that is followed, begins with. */
export function askedOnce(path: string): string {
  const [at = '', query = ''] = path.split('?')
  const kept = query.split('&').filter((pair) => !streamedBy.test(pair))
  return kept.join('') === '' ? at : `${at}?${kept.join('&')}`
}

/** What there is in a list, as a watch tells it: a line for each object that is newer than `since`. */
export function asEvents(list: string, since: number): string {
  const { kind, apiVersion, items } = JSON.parse(list) as { kind: string; apiVersion: string; items: Omit<KubeObject, 'kind' | 'apiVersion'>[] }
  const newer = items.filter(({ metadata }) => Number(metadata.resourceVersion) > since)
  return newer.map((item) => `${JSON.stringify({ type: 'ADDED', object: { kind: kind.replace(/List$/, ''), apiVersion, ...item } })}\n`).join('')
}

const texts = new WeakMap<object, string>()
const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

/** The text that a body was made of, which may say a thing twice. */
export const textOf = (body: unknown): string | undefined => (isObject(body) ? texts.get(body) : undefined)

/** The body of an HTTP request. What is no JSON goes on as it is: the API server says what is wrong with it. */
export function fromTheWire(text: string): unknown {
  if (text === '') return undefined
  try {
    const value: unknown = JSON.parse(text)
    if (isObject(value)) texts.set(value, text)
    return value
  } catch {
    return text
  }
}

/** A body as it comes out on the other side: the sender may do with his what he likes. */
export function sentOver(body: unknown): unknown {
  const text = textOf(body)
  return text === undefined ? deepCopy(body) : fromTheWire(text)
}
