/** Links of a page that came through the API server lead through it, too (apimachinery/pkg/util/proxy/transport.go). */

/** Which attributes of which tags are links. */
const links: Readonly<Record<string, readonly string[]>> = {
  a: ['href'],
  applet: ['codebase'],
  area: ['href'],
  audio: ['src'],
  base: ['href'],
  blockquote: ['cite'],
  body: ['background'],
  button: ['formaction'],
  command: ['icon'],
  del: ['cite'],
  embed: ['src'],
  form: ['action'],
  frame: ['longdesc', 'src'],
  head: ['profile'],
  html: ['manifest'],
  iframe: ['longdesc', 'src'],
  img: ['longdesc', 'src', 'usemap'],
  input: ['src', 'usemap', 'formaction'],
  ins: ['cite'],
  link: ['href'],
  object: ['classid', 'codebase', 'data', 'usemap'],
  q: ['cite'],
  script: ['src'],
  source: ['src'],
  video: ['poster', 'src'],
}

/** A comment, the inside of an element that holds text alone, or a tag with its attributes; everything else stays as it is. */
const pieces = /<!--[\s\S]*?-->|<(script|style|textarea|title|iframe|noscript|xmp)\b([^>]*)>([\s\S]*?)(?=<\/\1\b|$)|<([a-z][^\s/>]*)((?:[^>"']|"[^"]*"|'[^']*')*)>/gi
const attribute = /([^\s=/>"']+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g

export function rewritePage(page: string, rewrite: (link: string) => string): string {
  return page.replaceAll(pieces, (piece: string, textTag?: string, textAttributes = '', text = '', tag?: string, attributes = '') => {
    if (textTag !== undefined) return `${rewriteTag(textTag, textAttributes, rewrite)}${text}`
    return tag === undefined ? piece : rewriteTag(tag, attributes, rewrite)
  })
}

/** A tag is written anew, as Go's html package does. */
function rewriteTag(tag: string, attributes: string, rewrite: (link: string) => string): string {
  const name = tag.toLowerCase()
  const named = [...attributes.matchAll(attribute)].map(([, key = '', double, single, bare]) => {
    const value = unescape(double ?? single ?? bare ?? '')
    const shown = links[name]?.includes(key.toLowerCase()) === true ? rewrite(value) : value
    return ` ${key.toLowerCase()}="${escape(shown)}"`
  })
  return `<${name}${named.join('')}${/\/\s*$/.test(attributes) ? '/' : ''}>`
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', "'": '&#39;', '<': '&lt;', '>': '&gt;', '"': '&#34;', '\r': '&#13;' }
const escape = (text: string): string => text.replaceAll(/[&'<>"\r]/g, (c) => escapes[c]!)

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' }
const unescape = (text: string): string =>
  text.replaceAll(/&(?:#(\d{1,6})|([a-z]+));/g, (whole: string, code?: string, name?: string) => (code === undefined ? (named[name!] ?? whole) : String.fromCodePoint(Number(code))))

/** A link to the same server (rewriteURL): its path comes behind that of the proxy. */
export function rewriteLink(link: string, host: string, prefix: string): string {
  const match = /^(?:[a-z][a-z0-9+.-]*:)?(?:\/\/([^/?#]*))?(\/[^?#]*)([?#].*)?$/i.exec(link)
  if (match === null) return link
  const [, linked, path = '', rest = ''] = match
  if ((linked !== undefined && linked !== host) || (linked === undefined && /^[a-z][a-z0-9+.-]*:/i.test(link))) return link
  return path.startsWith(prefix) ? `${path}${rest}` : `${prefix}${path}${rest}`
}
