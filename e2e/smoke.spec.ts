import { openFilm, stepNumber } from './stage.ts'
import { expect, test } from './test.ts'

test.describe('the page', { tag: '@phone' }, () => {
  test('opens, has its title and draws something', async ({ page }) => {
    await page.goto('./')
    await expect(page).toHaveTitle(/Podreel/)
    await expect(page.locator('#root')).not.toBeEmpty()
  })

  test('asks no other host for anything', async ({ page, baseURL }) => {
    const strangers: string[] = []
    page.on('request', (request) => {
      const url = request.url()
      if (/^https?:/.test(url) && !url.startsWith(baseURL!)) strangers.push(url)
    })
    await page.goto('./')
    await page.waitForLoadState('networkidle')
    expect(strangers).toEqual([])
  })

  test('steps without motion where less is wanted', async ({ page }) => {
    await openFilm(page)
    const moved = await page.evaluateHandle(() => {
      const names: string[] = []
      document.addEventListener('transitionrun', ({ propertyName }) => names.push(propertyName))
      return names
    })
    for (let i = 0; i < 12; i++) await page.keyboard.press('Shift+ArrowRight')
    await expect.poll(() => stepNumber(page)).toBeGreaterThan(0)
    expect(await moved.jsonValue()).toEqual([])
  })
})
