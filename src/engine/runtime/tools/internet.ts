import { hash32 } from '../../kernel/random.ts'
import { type HttpResponse, textResponse } from '../http.ts'

/**
 * The world outside the cluster, as far as examples reach for it: a public name has an address, and a
 * page. Names without a public ending, and those that say that they are made up, have neither.
 */
const publicEnding =
  /\.(com|org|net|io|dev|edu|gov|ch|de|uk|eu|fr|jp|cn|nl|se|ru|in|ai|app|cloud|co|info|me|us|tv|xyz|sh)$/

export function publicAddress(host: string): string | undefined {
  const name = host.toLowerCase().replace(/\.$/, '')
  if (
    !publicEnding.test(name) ||
    /(^|\.)(example|invalid|test)\.(com|net|org)$|cluster\.local$|no-?such|non-?exist|does-?not|fake|invalid/.test(name)
  )
    return exampleAddress(name)
  const h = hash32(name) >>> 0
  return `${142 + (h % 50)}.${(h >>> 8) % 250}.${(h >>> 16) % 250}.${1 + ((h >>> 24) % 250)}`
}

/** example.com really answers; hosts below it do not. */
function exampleAddress(name: string): string | undefined {
  return /^(www\.)?example\.(com|net|org)$/.test(name) ? '93.184.215.14' : undefined
}

const pages: Record<string, string> = {
  'info.cern.ch':
    '<html><head></head><body><header>\n<title>http://info.cern.ch</title>\n</header>\n\n<h1>http://info.cern.ch - home of the first website</h1>\n<p>From here you can:</p>\n<ul>\n<li><a href="http://info.cern.ch/hypertext/WWW/TheProject.html">Browse the first website</a></li>\n</ul>\n</body></html>\n',
  'example.com':
    '<!doctype html>\n<html>\n<head>\n    <title>Example Domain</title>\n</head>\n<body>\n<div>\n    <h1>Example Domain</h1>\n    <p>This domain is for use in illustrative examples in documents.</p>\n</div>\n</body>\n</html>\n',
}

/** Of a name that is public, or an address. */
export function publicPage(host: string, path: string): HttpResponse {
  const page = pages[host.replace(/^www\./, '')]
  if (page !== undefined && path !== '/' && path !== '/index.html') return textResponse(404, '404 Not Found\n')
  return textResponse(200, page ?? `<!doctype html>\n<title>${host}</title>\n`, 'text/html')
}
