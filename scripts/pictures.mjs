// Makes the pictures of README.md, by hand after a change of the look: npm run build && node scripts/pictures.mjs
//
// docs/first-pod.png is an animated PNG: every browser plays it, it has all colours, and it needs no encoder but
// the browser's own. Each picture holds only the rectangle that has changed.

import { mkdirSync, writeFileSync } from 'node:fs'
import { crc32, deflateSync, inflateSync } from 'node:zlib'
import { chromium } from '@playwright/test'
import { preview } from 'vite'
import { ensureBrowser } from './find-browser.mjs'

mkdirSync('docs', { recursive: true })
const server = await preview({ preview: { host: '127.0.0.1', port: 4790 }, logLevel: 'error' })
const address = server.resolvedUrls.local[0]
const browser = await chromium.launch({
  executablePath: ensureBrowser(),
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
})

const wide = { width: 1440, height: 900 }
await still('stage-dark', { viewport: wide, colorScheme: 'dark', milestones: 17 })
await still('terminate-light', { viewport: wide, colorScheme: 'light', milestones: 26, key: '3' })
await still('stage-zh-phone', {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
  colorScheme: 'dark',
  locale: 'zh-CN',
  milestones: 17,
})
// The three walks of e2e/walks.spec.ts. What a link holds opens for ever, so that it may stand here.
const desk = { viewport: { width: 1200, height: 750 }, colorScheme: 'light' }
await walk('walk-mei', '#p1:w-UrAA&step=161&select=pod/default/lost&panels=inspector', desk, async (page) => {
  await page.getByRole('tab', { name: 'Events' }).click()
})
await walk('walk-speaker', '#p1:Q1KHWPUCMRkA&t=15.5s&view=cluster,race', { ...desk, colorScheme: 'dark' }, async (page) => {
  await page.keyboard.press('p')
})
const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true }
await walk('walk-colleague', '#p1:g4shhw0A&step=236&select=pod/default/crash', { ...phone, colorScheme: 'dark' }, async () => {})
await film('first-pod')

await browser.close()
await server.close()

/** The page with the first film, at its start. */
async function open(options) {
  const context = await browser.newContext({ reducedMotion: 'reduce', locale: 'en-GB', ...options })
  const page = await context.newPage()
  await page.goto(address)
  const filmed = () => Number(document.querySelector('[role=slider]')?.getAttribute('aria-valuemax')) > 150
  await page.waitForFunction(filmed)
  await page.evaluate(() => document.fonts.ready)
  return page
}

async function still(name, { milestones, key, ...options }) {
  const page = await open(options)
  if (key) await page.keyboard.press(key)
  for (let i = 0; i < milestones; i++) await page.keyboard.press('Shift+ArrowRight')
  // The editor has come, what was being faded in has, and the panels that let a row of keys pass first.
  await page.waitForLoadState('networkidle')
  await page.waitForTimeout(1000)
  await page.screenshot({ path: `docs/${name}.png`, animations: 'disabled' })
  await page.context().close()
}

/** What somebody sees who opens a link, and does one thing more. */
async function walk(name, hash, options, then) {
  const context = await browser.newContext({ reducedMotion: 'reduce', locale: 'en-GB', ...options })
  const page = await context.newPage()
  await page.goto(`${address}${hash}&lang=en`)
  await page.waitForFunction(() => /^[1-9]/.test(document.querySelector('[data-step-number]')?.textContent ?? ''))
  await then(page)
  await page.waitForLoadState('networkidle')
  await page.evaluate(() => document.fonts.ready)
  await page.waitForTimeout(500)
  await page.screenshot({ path: `docs/${name}.png`, animations: 'disabled' })
  await context.close()
}

/** A whole life, milestone by milestone. */
async function film(name) {
  const page = await open({ viewport: { width: 1120, height: 700 }, colorScheme: 'dark' })
  // In a window of this width one panel is open.
  await page.keyboard.press('e')
  const shots = []
  let step
  for (;;) {
    const at = await page.getByRole('slider').first().getAttribute('aria-valuenow')
    if (at === step || shots.length > 29) break
    step = at
    await page.waitForLoadState('networkidle')
    shots.push((await page.screenshot({ animations: 'disabled' })).toString('base64'))
    await page.keyboard.press('Shift+ArrowRight')
  }
  const parts = await page.evaluate(changes, shots)
  const frames = parts.map((part, i) => ({ ...part, ms: i === 0 || i === parts.length - 1 ? 1600 : 430 }))
  writeFileSync(`docs/${name}.png`, animated(frames))
  await page.context().close()
}

/** Runs in the browser: of each picture the rectangle that differs from the one before, as a PNG. */
async function changes(shots) {
  const found = []
  let before
  for (const shot of shots) {
    const bytes = Uint8Array.from(atob(shot), (c) => c.charCodeAt(0))
    const bitmap = await createImageBitmap(new Blob([bytes]))
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height)
    const context = canvas.getContext('2d', { willReadFrequently: true })
    context.drawImage(bitmap, 0, 0)
    const now = new Uint32Array(context.getImageData(0, 0, bitmap.width, bitmap.height).data.buffer)
    let [left, top, right, bottom] = [bitmap.width, bitmap.height, 1, 1]
    for (let i = 0; i < now.length; i++) {
      if (before && now[i] === before[i]) continue
      const [x, y] = [i % bitmap.width, Math.floor(i / bitmap.width)]
      left = Math.min(left, x)
      right = Math.max(right, x + 1)
      top = Math.min(top, y)
      bottom = Math.max(bottom, y + 1)
    }
    before = now
    const [x, y] = [Math.min(left, right - 1), Math.min(top, bottom - 1)]
    const part = new OffscreenCanvas(right - x, bottom - y)
    part.getContext('2d').drawImage(bitmap, -x, -y)
    const png = new Uint8Array(await (await part.convertToBlob({ type: 'image/png' })).arrayBuffer())
    let text = ''
    for (const byte of png) text += String.fromCharCode(byte)
    found.push({ x, y, png: btoa(text) })
  }
  return found
}

/** Puts PNGs of one colour type together: https://www.w3.org/TR/png-3/#apng-frame-based-animation */
function animated(frames) {
  const read = frames.map((frame) => ({ ...frame, chunks: chunksOf(Buffer.from(frame.png, 'base64')) }))
  const header = read[0].chunks.find((c) => c.type === 'IHDR').data
  const out = [Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', header), chunk('acTL', words(read.length, 0))]
  let sequence = 0
  for (const [i, { x, y, ms, chunks }] of read.entries()) {
    const size = chunks.find((c) => c.type === 'IHDR').data.subarray(0, 8)
    const delay = Buffer.from([ms >> 8, ms & 255, 1000 >> 8, 1000 & 255, 0, 0])
    out.push(chunk('fcTL', Buffer.concat([words(sequence++), size, words(x, y), delay])))
    // The browser packs fast, not small.
    const packed = Buffer.concat(chunks.filter((c) => c.type === 'IDAT').map((c) => c.data))
    const data = deflateSync(inflateSync(packed), { level: 9, memLevel: 9 })
    out.push(i === 0 ? chunk('IDAT', data) : chunk('fdAT', Buffer.concat([words(sequence++), data])))
  }
  return Buffer.concat([...out, chunk('IEND', Buffer.alloc(0))])
}

function chunksOf(png) {
  const chunks = []
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at)
    chunks.push({ type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length) })
    at += 12 + length
  }
  return chunks
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  return Buffer.concat([words(data.length), body, words(crc32(body))])
}

function words(...numbers) {
  const out = Buffer.alloc(numbers.length * 4)
  numbers.forEach((number, i) => out.writeUInt32BE(number, i * 4))
  return out
}
