import { jsonOf } from '../../api/json.ts'
import { type HttpRequest, type HttpResponse, jsonResponse, textResponse } from '../http.ts'
import type { Process, Run } from '../process/process.ts'
import { parseUrl, request } from '../tools/http-client.ts'
import { sample } from './samples.ts'
import type { Answer } from './serve.ts'

/** Istio's Bookinfo: a page that asks two services for what it shows, one of which asks a third. */

const json = (value: object, status = 200): HttpResponse => jsonResponse(status, value)

const idOf = (r: HttpRequest, service: string): number | undefined => {
  const id = new RegExp(`^/${service}/(\\d+)(?:\\?|$)`).exec(r.path)?.[1]
  return id === undefined ? undefined : Number(id)
}

const text = (body: string, status = 200): HttpResponse => textResponse(status, body, 'text/html')

/** A service of Bookinfo, by its name; undefined where it does not answer well. */
function* ask(p: Process, variable: string, service: string, path: string): Run<string | undefined> {
  const domain = p.env.get('SERVICES_DOMAIN')
  const host = p.env.get(`${variable}_HOSTNAME`) ?? `${service}${domain === undefined ? '' : `.${domain}`}`
  const port = p.env.get(`${variable}_SERVICE_PORT`) ?? '9080'
  const answer = yield* request(p, parseUrl(`http://${host}:${/^\d+$/.test(port) ? port : '9080'}${path}`)!, { method: 'GET', headers: {}, body: '', timeoutMs: 3000 })
  return 'error' in answer || answer.status !== 200 ? undefined : answer.body
}

export const details = sample({
  port: 9080,
  startMs: 1500,
  says: '[INFO]  WEBrick::HTTPServer#start: pid=1 port=9080',
  stops: 'exits',
  handler: () => (r) => {
    if (r.path === '/health') return json({ status: 'Details is healthy' })
    const id = idOf(r, 'details')
    if (id === undefined) return json({ error: 'please provide numeric product id' }, r.path.startsWith('/details') ? 400 : 404)
    return json({ id, author: 'William Shakespeare', year: 1595, type: 'paperback', pages: 200, publisher: 'PublisherA', language: 'English', 'ISBN-10': '1234567890', 'ISBN-13': '123-1234567890' })
  },
})

export const ratings = sample({
  port: 9080,
  startMs: 500,
  says: 'Server listening on: http://0.0.0.0:9080',
  stops: 'exits',
  handler: () => {
    const posted = new Map<number, unknown>()
    return (r) => {
      if (r.path === '/health') return { response: json({ status: 'Ratings is healthy' }), log: `${r.method} ${r.path}\n` }
      const id = idOf(r, 'ratings')
      const log = `${r.method} ${r.path}\n`
      if (id === undefined) return { response: json({ error: 'please provide numeric product ID' }, 400), log }
      if (r.method === 'POST') posted.set(id, (jsonOf(r.body) ?? {}))
      return { response: json({ id, ratings: posted.get(id) ?? { Reviewer1: 5, Reviewer2: 4 } }), log }
    }
  },
})

const reviewTexts = [
  'An extremely entertaining play by Shakespeare. The slapstick humour is refreshing!',
  'Absolutely fun and entertaining. The play lacks thematic depth when compared to other plays by Shakespeare.',
]

/** The first version knows no stars, the second has black ones and the third red. */
export const reviews = sample({
  port: 9080,
  startMs: 6000,
  says: '[AUDIT   ] CWWKF0011I: The defaultServer server is ready to run a smarter planet.',
  stops: 'exits',
  handler: (p) => {
    const version = Number(/reviews-v(\d)/.exec(p.machine.config.image.repository)?.[1] ?? 1)
    return (r) => (r.path === '/health' ? json({ status: 'Reviews is healthy' }) : reviewsOf(p, r, version))
  },
})

function* reviewsOf(p: Process, r: HttpRequest, version: number): Run<Answer> {
  const id = idOf(r, 'reviews')
  if (id === undefined) return { response: json({ error: 'not found' }, 404) }
  const isRated = version > 1 || p.env.get('ENABLE_RATINGS') === 'true'
  const told = isRated ? yield* ask(p, 'RATINGS', 'ratings', `/ratings/${id}`) : undefined
  const stars = told === undefined ? undefined : (((jsonOf(told) ?? {}) as { ratings?: Record<string, number> }).ratings ?? {})
  const color = p.env.get('STAR_COLOR') ?? (version > 2 ? 'red' : 'black')
  const rating = (reviewer: string): string => {
    if (!isRated) return ''
    return stars === undefined ? ', "rating": {"error": "Ratings service is currently unavailable"}' : `, "rating": {"stars": ${stars[reviewer] ?? -1}, "color": "${color}"}`
  }
  const list = reviewTexts.map((words, i) => `{  "reviewer": "Reviewer${i + 1}",  "text": "${words}"${rating(`Reviewer${i + 1}`)}}`)
  return { response: textResponse(200, `{"id": "${id}","podname": "${p.machine.config.hostname}","clustername": "null","reviews": [${list.join(',')}]}`, 'application/json') }
}

export const productpage = sample({
  port: 9080,
  startMs: 1500,
  says: 'INFO:root:start at port 9080',
  stops: 'exits',
  handler: (p) => (r) => {
    const [path = '/'] = r.path.split('?')
    const api = /^\/api\/v1\/products(?:\/(\d+)(?:\/(reviews|ratings))?)?$/.exec(path)
    if (api?.[1] !== undefined) return apiOf(p, api[1], api[2])
    if (api !== null) return json([{ id: 0, title: 'The Comedy of Errors', descriptionHtml: description }])
    if (path === '/productpage') return page(p)
    if (path === '/health') return text('Product page is healthy')
    if (path === '/' || path === '/index.html') return text(html('<h3>Hello! This is a simple bookstore application consisting of three services as shown below</h3>'))
    return text('<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n', 404)
  },
})

const description = '<a href="https://en.wikipedia.org/wiki/The_Comedy_of_Errors">Wikipedia Summary</a>: The Comedy of Errors is one of <b>William Shakespeare\'s</b> early plays.'

const html = (body: string): string => `<!DOCTYPE html>\n<html>\n  <head>\n    <title>Simple Bookstore App</title>\n    <meta charset="utf-8">\n  </head>\n  <body>\n${body}\n  </body>\n</html>\n`

const unavailable = (what: string): string => `Sorry, product ${what} are currently unavailable for this book.`

function* apiOf(p: Process, id: string, part = 'details'): Run<Answer> {
  const told = yield* ask(p, part.toUpperCase(), part, `/${part}/${id}`)
  return { response: told === undefined ? json({ error: unavailable(part) }, 500) : textResponse(200, told, 'application/json') }
}

function* page(p: Process): Run<Answer> {
  const detailsTold = yield* ask(p, 'DETAILS', 'details', '/details/0')
  const reviewsTold = (yield* ask(p, 'REVIEWS', 'reviews', '/reviews/0')) ?? (yield* ask(p, 'REVIEWS', 'reviews', '/reviews/0'))
  const failed = (what: string): string => `    <h4 class="text-center text-primary">Error fetching product ${what}!</h4>\n    <p>${unavailable(what)}</p>`
  const facts = detailsTold === undefined ? failed('details') : `    <h4 class="text-center text-primary">Book Details</h4>\n    <dl>\n${Object.entries((jsonOf(detailsTold) ?? {}) as Record<string, unknown>).map(([name, value]) => `      <dt>${name}:</dt>${value}\n`).join('')}    </dl>`
  const said = reviewsTold === undefined ? failed('reviews') : `    <h4 class="text-center text-primary">Book Reviews</h4>\n${reviewsShown(reviewsTold)}`
  return { response: text(html(`    <h3 class="text-center text-primary">The Comedy of Errors</h3>\n    <p>Summary: ${description}</p>\n${facts}\n${said}`)) }
}

interface Review {
  reviewer: string
  text: string
  rating?: { stars?: number; color?: string; error?: string }
}

function reviewsShown(told: string): string {
  const { podname, reviews: list = [] } = (jsonOf(told) ?? {}) as { podname?: string; reviews?: Review[] }
  const star = ({ rating }: Review): string => {
    if (rating === undefined) return ''
    if (rating.stars === undefined) return `\n    <p><i>${rating.error ?? ''}</i></p>`
    return `\n    <font color="${rating.color}">\n${'      <span class="glyphicon glyphicon-star"></span>\n'.repeat(Math.max(0, rating.stars))}    </font>`
  }
  return `${list.map((review) => `    <blockquote>\n      <p>${review.text}</p>\n      <small>${review.reviewer}</small>${star(review)}\n    </blockquote>`).join('\n')}\n    <dl><dt>Reviews served by:</dt><u>${podname ?? ''}</u></dl>`
}
