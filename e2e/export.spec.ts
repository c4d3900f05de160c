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

/** As the browser itself reads a moving WebP: how many pictures, and the ms that the first is shown. */
function webpFrames(page: Page, webp: Buffer): Promise<[count: number, ms: number]> {
  return page.evaluate(async (base64): Promise<[number, number]> => {
    const data = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))
    const decoder = new ImageDecoder({ data, type: 'image/webp' })
    const [{ image }] = await Promise.all([decoder.decode({ frameIndex: 0 }), decoder.tracks.ready])
    return [decoder.tracks.selectedTrack!.frameCount, image.duration! / 1000]
  }, webp.toString('base64'))
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
  expect(await webpFrames(page, await saved(page, 'WebP'))).toEqual([6, 1200])
  // It stands where it stood.
  await page.keyboard.press('Escape')
  expect(await stepNumber(page)).toBe(step)
})
