import { type HttpResponse, reasonPhrase } from '../http.ts'
import type { Process, Run } from '../process/process.ts'
import { parseUrl, request } from '../tools/http-client.ts'
import { fromJson, toJson } from './globals.ts'
import type { EventLoop } from './loop.ts'
import { errorOf, fail, JsArray, JsObject, native, objectOf, toNumber, toText, type Value } from './values.ts'

interface Asked {
  url: string
  method: string
  headers: Record<string, string>
  body: string
  timeoutMs: number
}

/** Sends it in a turn of its own; the promise is kept with what `made` makes of the answer, or broken with what `failed` makes of the failure. */
export function promisedAnswer(p: Process, loop: EventLoop, asked: Asked, made: (answer: HttpResponse, loop: EventLoop) => { value: Value; isFailure?: boolean }, failed: (code: string, host: string, port: number) => Value): JsObject {
  const promise = loop.promise()
  const url = parseUrl(asked.url)
  if (url === undefined || !/^https?:/.test(asked.url)) throw fail('TypeError', `Failed to parse URL from ${asked.url}`)
  loop.jobs.push(function* (): Run<void> {
    const answer = yield* request(p, url, asked)
    if ('error' in answer) loop.resolve(promise, failed(answer.error === 'unresolved' ? 'ENOTFOUND' : answer.error === 'timeout' ? 'ETIMEDOUT' : 'ECONNREFUSED', url.host, url.port), 'failed')
    else {
      const { value, isFailure } = made(answer, loop)
      loop.resolve(promise, value, isFailure === true ? 'failed' : 'done')
    }
  })
  return promise
}

const textOf = (v: Value): string => (v === undefined || v === null ? '' : toText(v))
const headersOf = (v: Value): Record<string, string> => (v instanceof JsObject ? Object.fromEntries([...v.fields].map(([name, value]) => [name.toLowerCase(), toText(value)])) : {})

/** fetch(url, { method, headers, body }) */
export function fetchFunction(p: Process, loop: EventLoop): Value {
  return native('fetch', ([given, options]) => {
    const option = (name: string): Value => (options instanceof JsObject ? options.fields.get(name) : undefined)
    return promisedAnswer(
      p, loop,
      { url: given instanceof JsObject ? toText(given.fields.get('href')) : toText(given), method: textOf(option('method') ?? 'GET').toUpperCase(), headers: { 'user-agent': 'node', accept: '*/*', ...headersOf(option('headers')) }, body: textOf(option('body')), timeoutMs: 300_000 },
      (answer) => ({ value: responseOf(answer, loop, toText(given)) }),
      (code, host, port) => {
        const error = errorOf('TypeError', 'fetch failed')
        error.fields.set('cause', Object.assign(errorOf('Error', code === 'ENOTFOUND' ? `getaddrinfo ENOTFOUND ${host}` : `connect ${code} ${host}:${port}`), {}))
        ;(error.fields.get('cause') as JsObject).fields.set('code', code)
        return error
      },
    )
  })
}

function responseOf({ status, headers, body }: HttpResponse, loop: EventLoop, url: string): JsObject {
  const kept = (make: () => Value): Value => {
    const promise = loop.promise()
    try {
      loop.resolve(promise, make())
    } catch (e) {
      loop.resolve(promise, (e as { value: Value }).value, 'failed')
    }
    return promise
  }
  return objectOf({ status, ok: status >= 200 && status < 300, statusText: reasonPhrase(status), url, headers: objectOf({ get: native('get', ([name]) => headers[toText(name).toLowerCase()] ?? null) }), text: native('text', () => kept(() => body)), json: native('json', () => kept(() => fromJson(body))) })
}

/** axios: methods whose promise is broken by a status that is none of 2xx. */
export function axiosModule(p: Process, loop: EventLoop): Value {
  const ask = (method: string, url: Value, data: Value, config: Value): Value => {
    const option = (name: string): Value => (config instanceof JsObject ? config.fields.get(name) : undefined)
    const isJson = data instanceof JsObject || data instanceof JsArray
    const address = textOf(option('baseURL')) + textOf(url)
    const timeout = option('timeout') === undefined ? 0 : toNumber(option('timeout'))
    return promisedAnswer(
      p, loop,
      { url: address, method, headers: { accept: 'application/json, text/plain, */*', 'user-agent': 'axios/1.13.2', ...(isJson ? { 'content-type': 'application/json' } : {}), ...headersOf(option('headers')) }, body: isJson ? toJson(data, 0) : textOf(data), timeoutMs: timeout > 0 ? timeout : 120_000 },
      (answer) => {
        const response = objectOf({ status: answer.status, statusText: reasonPhrase(answer.status), headers: objectOf({ ...answer.headers }), data: /json/.test(answer.headers['content-type'] ?? '') ? fromJson(answer.body) : answer.body })
        if (answer.status < 300) return { value: response }
        const error = errorOf('AxiosError', `Request failed with status code ${answer.status}`)
        error.fields.set('response', response).set('code', answer.status < 500 ? 'ERR_BAD_REQUEST' : 'ERR_BAD_RESPONSE')
        return { value: error, isFailure: true }
      },
      (code, host, port) => {
        const error = errorOf('AxiosError', code === 'ENOTFOUND' ? `getaddrinfo ENOTFOUND ${host}` : code === 'ETIMEDOUT' ? `timeout of ${timeout}ms exceeded` : `connect ${code} ${host}:${port}`)
        error.fields.set('code', code)
        return error
      },
    )
  }
  const axios = native('axios', ([config]) => {
    const option = (name: string): Value => (config instanceof JsObject ? config.fields.get(name) : undefined)
    return ask(textOf(option('method') ?? 'get').toUpperCase(), option('url'), option('data'), config)
  })
  for (const name of ['get', 'delete', 'head', 'options']) axios.fields.set(name, native(name, ([url, config]) => ask(name.toUpperCase(), url, undefined, config)))
  for (const name of ['post', 'put', 'patch']) axios.fields.set(name, native(name, ([url, data, config]) => ask(name.toUpperCase(), url, data, config)))
  axios.fields.set('default', axios)
  return axios
}
