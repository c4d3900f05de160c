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

  test('opens with less motion', async ({ page }) => {
    await page.emulateMedia({ reducedMotion: 'reduce' })
    await page.goto('./')
    await expect(page.locator('#root')).not.toBeEmpty()
  })
})
