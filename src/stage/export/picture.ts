/**
 * A piece of the page as an SVG: its elements as they are, the page's own style sheets and its fonts, in a foreignObject. The libraries
 * for this write every computed style of every element instead, which takes seconds and megabytes for a cluster (measured: 20 MB against 0.5).
 */
export interface Picture {
  svg: string
  width: number
  height: number
}

/** `elements` stand below one another, as wide as the first: what is wider on the page becomes higher, as much in each picture of a film. */
export async function takePicture(elements: readonly HTMLElement[]): Promise<Picture> {
  const gap = 12
  const across = elements[0]!.getBoundingClientRect().width
  const boxes = elements.map((element) => {
    const box = element.getBoundingClientRect()
    return { width: across, height: box.height * Math.min(1.75, Math.max(1, box.width / across)) }
  })
  const width = Math.ceil(across) + 2 * gap
  const height = Math.ceil(boxes.reduce((sum, box) => sum + box.height + gap, gap))
  const style = `${await fontFaces()}\n${await styleSheets()}\n${still}`
  const page = document.documentElement
  const body = elements
    .map((element, i) => {
      const { width: w, height: h } = boxes[i]!
      return `<div style="position:relative;width:${w}px;height:${h}px;margin:${gap}px auto 0">${markupOf(element)}</div>`
    })
    .join('')
  const root = getComputedStyle(page)
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ${dataOf(page)} style="color-scheme:${root.colorScheme};font-size:${root.fontSize}"><foreignObject width="100%" height="100%"><html xmlns="http://www.w3.org/1999/xhtml" lang="${page.lang}"><body style="width:${width}px;height:${height}px;overflow:hidden"><style>${escapeText(style)}</style>${body}</body></html></foreignObject></svg>`
  return { svg, width, height }
}

/** Nothing moves in a picture, and what fades in is there. */
const still =
  '*,*::before,*::after{animation:none!important;transition:none!important;caret-color:transparent!important;scrollbar-width:none!important}'

/** Attributes that the style sheets ask the root for: the theme, presenting. */
function dataOf(page: HTMLElement): string {
  return Object.entries(page.dataset)
    .map(([name, value]) => `data-${name}="${escapeText(value ?? '').replaceAll('"', '&quot;')}"`)
    .join(' ')
}

function markupOf(element: HTMLElement): string {
  const copy = element.cloneNode(true) as HTMLElement
  // What is only for somebody who can press it.
  for (const button of copy.querySelectorAll('[data-picture="without"]')) button.remove()
  // What is drawn is no part of the markup.
  const canvases = element.querySelectorAll('canvas')
  copy.querySelectorAll('canvas').forEach((canvas, i) => {
    const image = document.createElement('img')
    image.src = canvases[i]!.toDataURL()
    image.setAttribute('style', `${canvas.getAttribute('style') ?? ''};width:${canvases[i]!.clientWidth}px`)
    canvas.replaceWith(image)
  })
  Object.assign(copy.style, { width: '100%', height: '100%', margin: '0' })
  return new XMLSerializer().serializeToString(copy)
}

/** Style sheets by their addresses. */
const files = new Map<string, Promise<string>>()

/** What could not be fetched is fetched again by the next picture. */
function fetchSheet(href: string): Promise<string> {
  const sheet = fetch(href).then((file) => file.text())
  sheet.catch(() => files.delete(href))
  return sheet
}

/**
 * As they were written: what the browser prints of its parsed rules leaves out shorthands with variables. What they ask of the window is
 * answered by this one: a picture is not laid out anew where it is shown smaller.
 */
async function styleSheets(): Promise<string> {
  const texts = await Promise.all(
    [...document.styleSheets].map(async ({ href, ownerNode }) => {
      if (href === null) return ownerNode?.textContent ?? ''
      let sheet = files.get(href)
      if (sheet === undefined) files.set(href, (sheet = fetchSheet(href)))
      return sheet
    }),
  )
  return texts
    .join('\n')
    .replace(/@font-face\s*\{[^}]*\}/g, '')
    .replace(/@media([^{]+)\{/g, (_, query: string) => `@media ${window.matchMedia(query).matches ? 'all' : 'not all'}{`)
}

let faces: Promise<string> | undefined

/** The fonts for Latin letters, whole; Chinese ones are the system's. Fetched once. */
function fontFaces(): Promise<string> {
  faces ??= fetchFaces()
  faces.catch(() => (faces = undefined))
  return faces
}

function fetchFaces(): Promise<string> {
  return Promise.all(
    [...document.styleSheets]
      .flatMap(({ cssRules, href }) => [...cssRules].map((rule) => ({ rule, base: href ?? document.baseURI })))
      .map(async ({ rule, base }) => (rule instanceof CSSFontFaceRule && isLatin(rule) ? withFont(rule.cssText, base) : '')),
  ).then((all) => all.join('\n'))
}

function isLatin(face: CSSFontFaceRule): boolean {
  return /U\+0+-0*FF/i.test(face.style.getPropertyValue('unicode-range'))
}

async function withFont(face: string, base: string): Promise<string> {
  const url = /url\("?([^")]+)"?\)/.exec(face)![1]!
  const font = await (await fetch(new URL(url, base))).blob()
  return face.replace(url, await dataUrl(font)).replace('swap', 'block')
}

function dataUrl(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.addEventListener('load', () => resolve(reader.result as string))
    reader.addEventListener('error', () => reject(reader.error ?? new Error('unreadable')))
    reader.readAsDataURL(blob)
  })
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}

/** Drawn `scale` times as large as on the page, and no larger than `most` device pixels wide. */
export async function draw({ svg, width, height }: Picture, scale: number, canvas = document.createElement('canvas')): Promise<HTMLCanvasElement> {
  const image = new Image()
  // A data address and not a blob's: with that the canvas could not be read any more.
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`
  await image.decode()
  canvas.width = Math.round(width * scale)
  canvas.height = Math.round(height * scale)
  const context = canvas.getContext('2d')!
  context.fillStyle = getComputedStyle(document.body).backgroundColor
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.drawImage(image, 0, 0, canvas.width, canvas.height)
  return canvas
}
