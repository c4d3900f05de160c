import type { Response } from './request.ts'
import type { KubeObject } from './types.ts'

/** What is in a list of a kind does not say of which kind it is: the list does. */
export function onTheWire(body: Exclude<Response['body'], string>): object {
  const { kind, items } = body as { kind: string; items?: KubeObject[] }
  if (items === undefined || kind === 'List') return body
  return { ...body, items: items.map(({ kind: _, apiVersion: __, ...item }) => item) }
}

/** The body of an HTTP request. What is no JSON goes on as it is: the API server says what is wrong with it. */
export function fromTheWire(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
