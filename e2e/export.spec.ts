import { readFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { openFilm, stepNumber } from './stage.ts'
import { expect, test } from './test.ts'

async function saved(page: Page, name: string): Promise<Buffer> {
  const [download] = await Promise.all([
    page.waitForEvent('download', { timeout: 120_000 }),
    page.getByRole('dialog').getByRole('button', { name, exact: true }).click(),
  ])
  return readFileSync(await download.path())
}

/** How many different pictures a GIF has: each begins with a graphic control extension. */
const gifFrames = (gif: Buffer): number => gif.toString('latin1').split('\x21\xf9\x04').length - 1

/** As the browser itself reads a moving WebP: the ms that each of its pictures is shown. */
function webpFrames(page: Page, webp: Buffer): Promise<number[]> {
  return page.evaluate(async (base64): Promise<number[]> => {
    const data = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))
    const decoder = new ImageDecoder({ data, type: 'image/webp' })
    await decoder.tracks.ready
    const frames = Array.from({ length: decoder.tracks.selectedTrack!.frameCount }, (_, frameIndex) => decoder.decode({ frameIndex }))
    return (await Promise.all(frames)).map(({ image }) => image.duration! / 1000)
  }, webp.toString('base64'))
}

interface Played {
  width: number
  seconds: number
  /** Share of its pixels that differ between its beginning and its end. */
  changed: number
}

/** As the browser itself plays a video. */
function played(page: Page, video: Buffer, type: string): Promise<Played> {
  return page.evaluate(
    async ({ base64, mime }): Promise<Played> => {
      const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))
      const element = document.createElement('video')
      const happens = (name: string): Promise<unknown> =>
        new Promise((resolve, reject) => {
          element.addEventListener(name, resolve, { once: true })
          element.addEventListener('error', () => reject(new Error(element.error?.message)), { once: true })
        })
      const loaded = happens('loadeddata')
      element.src = URL.createObjectURL(new Blob([bytes], { type: mime }))
      await loaded
      const { videoWidth: width, videoHeight: height, duration: seconds } = element
      const canvas = Object.assign(document.createElement('canvas'), { width, height })
      const context = canvas.getContext('2d', { willReadFrequently: true })!
      const pixelsAt = async (time: number): Promise<Uint8ClampedArray> => {
        const there = happens('seeked')
        element.currentTime = time
        await there
        context.drawImage(element, 0, 0)
        return context.getImageData(0, 0, width, height).data
      }
      const [first, last] = [await pixelsAt(0.1), await pixelsAt(seconds - 0.1)]
      const changed = first.filter((value, i) => Math.abs(value - last[i]!) > 16).length / first.length
      return { width, seconds, changed }
    },
    { base64: video.toString('base64'), mime: type },
  )
}

test('the stage is saved as a picture, a range of steps as a moving one', async ({ page }) => {
  await openFilm(page)
  for (let i = 0; i < 5; i++) await page.keyboard.press('Shift+ArrowRight')
  const step = await stepNumber(page)
  await page.getByRole('button', { name: 'Share' }).click()
  await page.getByRole('tab', { name: 'Picture' }).click()
  const png = await saved(page, 'PNG')
  expect(png.subarray(1, 4).toString()).toBe('PNG')
  // Twice as large as the stage, with pictures in it and not one colour.
  expect(png.readUInt32BE(16)).toBeGreaterThan(1000)
  expect(png.length).toBeGreaterThan(30_000)
  const svg = (await saved(page, 'SVG')).toString()
  expect(svg.includes('API server')).toBe(true)
  expect(svg.includes('>why?<')).toBe(false)
  // As wide as the stage and not as what lies below it; nothing in it hangs on the window that shows it.
  const stage = await page.locator('[data-picture="take"]').first().boundingBox()
  expect(Number(/ width="(\d+)"/.exec(svg)![1])).toBe(Math.ceil(stage!.width) + 24)
  expect(svg).not.toMatch(/@media\s*\(/)

  await page.getByLabel('From step').fill('3')
  await page.getByLabel('to step').fill('8')
  await page.getByRole('radio', { name: 'hop' }).click()
  await expect(page.getByText('6 pictures')).toBeVisible()
  expect(gifFrames(await saved(page, 'GIF'))).toBe(6)
  const webp = await saved(page, 'WebP')
  const shown = await webpFrames(page, webp)
  // The last one stays for a while before it begins again.
  expect(shown.slice(0, -1)).toEqual([1200, 1200, 1200, 1200, 1200])
  expect(shown.at(-1)).toBeGreaterThan(1200)
  // Videos where the browser can make them; at least one of them everywhere.
  const videos = page.getByRole('dialog').getByRole('button', { name: /^(WebM|MP4)$/ })
  await expect(videos.first()).toBeVisible()
  for (const name of await videos.allInnerTexts()) {
    const { width, seconds, changed } = await played(page, await saved(page, name), `video/${name.toLowerCase()}`)
    test.info().annotations.push({ type: name, description: `${width} px, ${seconds} s, ${changed}` })
    expect(width).toBeGreaterThan(600)
    expect(seconds).toBeCloseTo(shown.reduce((sum, ms) => sum + ms, 0) / 1000, 0)
    expect(changed).toBeGreaterThan(0.001)
  }
  // It stands where it stood.
  await page.keyboard.press('Escape')
  expect(await stepNumber(page)).toBe(step)
})
