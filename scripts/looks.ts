// Takes every look of the page (e2e/looks.ts) in both languages, both themes and three widths, and puts them on sheets:
// npm run build && npx tsx scripts/looks.ts <folder> [width | all] [part of a look's name]
//
// One folder a width with the pictures themselves, to look into; beside it one sheet a width, to look over. docs/looks holds the
// sheets of the last release as references: small, since they are to show what has moved, not to be read. Compare by eye; a test
// that compares pixels would fail on every other machine's fonts, and says nothing about what is cramped.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from '@playwright/test'
import type { Browser } from '@playwright/test'
import { preview } from 'vite'
import { looks, show } from '../e2e/looks.ts'
import type { Look } from '../e2e/looks.ts'
import { ensureBrowser } from './find-browser.mjs'

const [folder = 'looks', onlyWidth = 'all', part = ''] = process.argv.slice(2)
const sizes = [
  { width: 1440, height: 900 },
  { width: 820, height: 1180 },
  { width: 390, height: 844 },
].filter(({ width }) => onlyWidth === 'all' || String(width) === onlyWidth)
type Size = (typeof sizes)[number]

const languages = ['en', 'zh'] as const
const themes = ['dark', 'light'] as const

const server = await preview({ preview: { host: '127.0.0.1', port: 4795, strictPort: false }, logLevel: 'error' })
const browser = await chromium.launch({
  executablePath: ensureBrowser(),
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
})
for (const size of sizes) {
  const present = Object.entries(looks).filter(([, { only }]) => only !== (size.width <= 640 ? 'wide' : 'phone'))
  for (const [name, look] of present) if (name.includes(part)) await take(size, name, look, server.resolvedUrls!.local[0]!)
  writeFileSync(join(folder, `${size.width}.webp`), await sheet(browser, size, present.map(([name]) => name)))
}
await browser.close()
await server.close()

function pathOf({ width }: Size, name: string, language: string, theme: string): string {
  return join(folder, String(width), `${name.replaceAll(/\W+/g, '-')}-${language}-${theme}.png`)
}

async function take(size: Size, name: string, look: Look, baseURL: string): Promise<void> {
  mkdirSync(join(folder, String(size.width)), { recursive: true })
  for (const language of languages) {
    const touch = size.width < 500 ? { isMobile: true, hasTouch: true } : {}
    const locale = language === 'en' ? 'en-GB' : 'zh-CN'
    const context = await browser.newContext({ baseURL, viewport: size, reducedMotion: 'reduce', serviceWorkers: 'block', locale, ...touch })
    const page = await context.newPage()
    page.on('pageerror', (error) => console.error(`${name} ${language}: ${error.message}`))
    try {
      await show(page, look, language)
      for (const colorScheme of themes) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
        await page.waitForTimeout(100)
        await page.screenshot({ path: pathOf(size, name, language, colorScheme), animations: 'disabled' })
      }
    } catch (error) {
      console.error(`${size.width} ${name} ${language}: ${String(error).slice(0, 300)}`)
    }
    await context.close()
  }
}

/** A row a look; English dark and light, Chinese dark and light beside each other. */
async function sheet(browser: Browser, size: Size, names: readonly string[]): Promise<Buffer> {
  const page = await browser.newPage()
  const rows = names.map((name) => ({
    name,
    pictures: languages.flatMap((language) =>
      themes.map((theme) => {
        const path = pathOf(size, name, language, theme)
        return existsSync(path) ? readFileSync(path).toString('base64') : undefined
      }),
    ),
  }))
  const across = { 1440: 240, 820: 150, 390: 110 }[size.width]!
  const packed = await page.evaluate(
    async ({ rows, across, high }) => {
      const head = 14
      const canvas = new OffscreenCanvas(across * 4, (high + head) * rows.length)
      const context = canvas.getContext('2d')!
      context.fillStyle = '#888'
      context.fillRect(0, 0, canvas.width, canvas.height)
      context.font = '11px sans-serif'
      context.fillStyle = '#000'
      context.imageSmoothingQuality = 'high'
      for (const [y, { name, pictures }] of rows.entries()) {
        context.fillText(name, 3, y * (high + head) + 11)
        for (const [x, text] of pictures.entries()) {
          if (text === undefined) continue
          const bitmap = await createImageBitmap(new Blob([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))]))
          context.drawImage(bitmap, x * across, y * (high + head) + head, across - 2, high)
        }
      }
      const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/webp', quality: 0.5 })).arrayBuffer())
      let text = ''
      for (const byte of bytes) text += String.fromCharCode(byte)
      return btoa(text)
    },
    { rows, across, high: Math.round((size.height * across) / size.width) },
  )
  await page.close()
  return Buffer.from(packed, 'base64')
}
