import { film } from './looks.ts'
import { caption } from './stage.ts'
import { expect, test } from './test.ts'

test.use({ viewport: { width: 1920, height: 1080 } })

/** Letters as high as they are on the screen, of all words that can be seen and are lower than 23.5 px. */
function tooSmall(): string[] {
  const small: string[] = []
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement!
    const range = document.createRange()
    range.selectNodeContents(texts.currentNode)
    const { width, height, top } = range.getBoundingClientRect()
    const isSeen = element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && getComputedStyle(element).clipPath === 'none'
    if (!isSeen || width < 2 || height < 2 || top > innerHeight || texts.currentNode.textContent!.trim() === '') continue
    let px = Number.parseFloat(getComputedStyle(element).fontSize)
    for (let e: HTMLElement | null = element; e !== null; e = e.parentElement) {
      const { transform } = getComputedStyle(e)
      if (transform !== 'none') px *= new DOMMatrix(transform).a
    }
    if (px < 23.5) small.push(`${px.toFixed(1)} ${texts.currentNode.textContent}`)
  }
  return small
}

const views = [
  ['service-traffic', { t: 20_000, view: ['cluster'] }],
  ['sixty-replicas', { t: 20_000, view: ['cluster'] }],
  ['first-pod', { t: 3000, view: ['create'] }],
  ['first-pod', { t: 12_000, view: ['terminate'] }],
  ['graceful-end', { t: 20_000, view: ['cluster', 'terminate'] }],
] as const

for (const [name, { t, view }] of views) {
  test(`in a hall every word is read from its last row: ${name}, ${view.join(' and ')}`, async ({ page }) => {
    await page.emulateMedia({ reducedMotion: 'reduce' })
    await page.goto(film(name, { t, view: [...view] }))
    await expect(page.locator('[data-step-number]').first()).toHaveText(/^[1-9]/)
    await expect(page.locator('[data-covered]')).toHaveCount(0)
    await page.keyboard.press('p')
    await expect(page.locator(':root[data-presenting]')).toHaveCount(1)
    await expect.poll(() => page.evaluate(tooSmall)).toEqual([])
  })
}

test('a phone that presents shows a sentence of three lines whole, and its pods with their names', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 })
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.goto(film('termination-race', { t: 30_000 }))
  await expect(page.locator('[data-step-number]').first()).toHaveText(/^[1-9]/)
  await page.keyboard.press('p')
  const box = caption(page)
  const below = async (): Promise<number> => {
    const [outer, inner] = [(await box.boundingBox())!, (await box.locator('p').first().boundingBox())!]
    return inner.y + inner.height - (outer.y + outer.height)
  }
  await expect.poll(below).toBeLessThan(0)
  await expect(page.locator('.react-flow').getByText('client', { exact: true }).first()).toBeVisible()
})
