// Takes every look of the page (e2e/looks.ts) in both languages, both themes and three widths, and puts them on sheets:
// npm run build && npx tsx scripts/looks.ts <folder> [width] [part of a look's name]
//
// One folder a width with the pictures themselves, to look into; beside it one sheet a width, to look over.

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from '@playwright/test'
import type { Browser } from '@playwright/test'
import { preview } from 'vite'
import { looks, show } from '../e2e/looks.ts'
import { ensureBrowser } from './find-browser.mjs'

const [folder = 'looks', onlyWidth = '', part = ''] = process.argv.slice(2)
const sizes = [
  { width: 1440, height: 900 },
  { width: 820, height: 1180 },
  { width: 390, height: 844 },
].filter(({ width }) => onlyWidth === '' || onlyWidth === 'all' || String(width) === onlyWidth)

const server = await preview({ preview: { host: '127.0.0.1', port: 4795, strictPort: false }, logLevel: 'error' })
const browser = await chromium.launch({
  executablePath: ensureBrowser(),
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
})
for (const size of sizes) {
  const taken = await take(browser, size, server.resolvedUrls!.local[0]!)
  if (taken.length > 0) writeFileSync(join(folder, `${size.width}.webp`), await sheet(browser, taken, size.width))
}
await browser.close()
await server.close()

interface Taken {
  name: string
  pictures: Buffer[]
}

async function take(browser: Browser, size: { width: number; height: number }, baseURL: string): Promise<Taken[]> {
  const small = size.width <= 900
  const own = join(folder, String(size.width))
  mkdirSync(own, { recursive: true })
  const rows: Taken[] = []
  for (const [name, look] of Object.entries(looks)) {
    if (!name.includes(part) || look.only === (small ? 'wide' : 'phone')) continue
    const row: Taken = { name, pictures: [] }
    for (const language of ['en', 'zh'] as const) {
      const touch = size.width < 500 ? { isMobile: true, hasTouch: true } : {}
      const locale = language === 'en' ? 'en-GB' : 'zh-CN'
      const context = await browser.newContext({ baseURL, viewport: size, reducedMotion: 'reduce', serviceWorkers: 'block', locale, ...touch })
      const page = await context.newPage()
      page.on('pageerror', (error) => console.error(`${name} ${language}: ${error.message}`))
      page.on('console', (message) => {
        if (message.type() === 'error' && !message.text().includes('Service Worker')) console.error(`${name} ${language}: ${message.text()}`)
      })
      try {
        await show(page, look, language)
        for (const colorScheme of ['dark', 'light'] as const) {
          await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
          await page.waitForTimeout(100)
          const path = join(own, `${name.replaceAll(/\W+/g, '-')}-${language}-${colorScheme}.png`)
          row.pictures.push(await page.screenshot({ path, animations: 'disabled' }))
        }
      } catch (error) {
        console.error(`${size.width} ${name} ${language}: ${String(error).slice(0, 300)}`)
        await page.screenshot({ path: join(own, `${name.replaceAll(/\W+/g, '-')}-${language}-FAILED.png`) })
      }
      await context.close()
    }
    rows.push(row)
  }
  return rows
}

/** A row a look; English dark and light, Chinese dark and light beside each other. */
async function sheet(browser: Browser, rows: Taken[], width: number): Promise<Buffer> {
  const page = await browser.newPage()
  const shown = Math.round(width >= 800 ? width / 3.6 : width / 2)
  const packed = await page.evaluate(
    async ({ rows, shown }) => {
      const bitmaps = await Promise.all(
        rows.map(({ pictures }) =>
          Promise.all(
            pictures.map(async (text) => createImageBitmap(new Blob([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))]))),
          ),
        ),
      )
      const first = bitmaps.flat()[0]!
      const high = Math.round((first.height * shown) / first.width)
      const canvas = new OffscreenCanvas(shown * 4, (high + 18) * rows.length)
      const context = canvas.getContext('2d')!
      context.fillStyle = '#888'
      context.fillRect(0, 0, canvas.width, canvas.height)
      context.font = '13px sans-serif'
      context.imageSmoothingQuality = 'high'
      bitmaps.forEach((row, y) => {
        context.fillStyle = '#000'
        context.fillText(rows[y]!.name, 4, y * (high + 18) + 13)
        row.forEach((bitmap, x) => context.drawImage(bitmap, x * shown, y * (high + 18) + 18, shown - 2, high))
      })
      const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/webp', quality: 0.6 })).arrayBuffer())
      let text = ''
      for (const byte of bytes) text += String.fromCharCode(byte)
      return btoa(text)
    },
    { rows: rows.map(({ name, pictures }) => ({ name, pictures: pictures.map((p) => p.toString('base64')) })), shown },
  )
  await page.close()
  return Buffer.from(packed, 'base64')
}
