import type { Page } from '@playwright/test'
import { clock, count, openFilm, playhead, putOn, stepNumber } from './stage.ts'
import { expect, test } from './test.ts'

/** Puts a scenario of the catalogue on stage and waits until it is filmed. */
async function open(page: Page, title: RegExp): Promise<void> {
  await openFilm(page)
  await putOn(page, title)
  // The end moves as long as the film is being made.
  await expect(async () => {
    const before = await playhead(page).getAttribute('aria-valuemax')
    await page.waitForTimeout(400)
    expect(await playhead(page).getAttribute('aria-valuemax')).toBe(before)
    await page.keyboard.press('End')
    expect(await stepNumber(page)).toBeGreaterThan(100)
  }).toPass()
}

test('inside a pod one sees what is shared and what is not', async ({ page }) => {
  await open(page, /What the containers of a Pod share/)
  await page.keyboard.press('5')
  const sandbox = page.getByRole('region', { name: 'The sandbox' })
  await expect(sandbox).toBeVisible()
  const web = sandbox.getByRole('article', { name: 'Container web' })
  const helper = sandbox.getByRole('article', { name: 'Container helper' })
  await expect(web).toContainText('nginx: worker process')
  await expect(helper).toContainText('sleep 1')
  await expect(helper).not.toContainText('nginx')
  // One address for both, and the port that one of them has taken.
  await expect(sandbox).toContainText(/network\s*10\.244\.\d+\.\d+:80 web/)
  await expect(sandbox).toContainText('duo')
  await expect(sandbox).toContainText('not shared: in each container, process 1 is its own')
  // The file that the helper wrote lies in the volume, under both of its paths.
  await expect(sandbox).toContainText(/web \/usr\/share\/nginx\/html/)
  await expect(sandbox).toContainText(/helper \/shared/)
  await expect(sandbox).toContainText('/index.html')
  // Before the sandbox there is nothing of it.
  await page.keyboard.press('Home')
  for (let i = 0; i < 6; i++) await page.keyboard.press('Shift+ArrowRight')
  await expect(sandbox).toContainText('no sandbox yet')
})

test('four lanes tell phase from STATUS, and lead through time', async ({ page }) => {
  await open(page, /^CrashLoopBackOff|CrashLoopBackOff/)
  const lanes = page.getByRole('complementary').getByRole('group', { name: /Four things/ })
  const status = lanes.getByRole('toolbar', { name: 'STATUS over time' })
  await status.getByRole('button', { name: /CrashLoopBackOff, from/ }).first().click()
  await expect(lanes).toContainText('hides the phase, which is Running')
  await expect(lanes.getByRole('toolbar', { name: 'phase over time' }).locator('[aria-current]')).toHaveAttribute(
    'data-word',
    'Running',
  )
  // With the keyboard: along the lane, then there.
  const before = await stepNumber(page)
  const here = status.locator('[aria-current]')
  await here.focus()
  await page.keyboard.press('ArrowRight')
  expect(await stepNumber(page)).toBe(before)
  await page.keyboard.press('Enter')
  expect(await stepNumber(page)).toBeGreaterThan(before)
})

test('each answer of a probe leads to its moment', async ({ page }) => {
  await open(page, /Liveness by a command/)
  await page.keyboard.press('5')
  await page.keyboard.press('Home')
  const answers = page.getByRole('article', { name: 'Container liveness' }).getByRole('button', { name: /: failure$/ })
  for (let i = 0; i < 60 && (await answers.count()) < 3; i++) await page.keyboard.press('Shift+ArrowRight')
  await expect(answers).toHaveCount(3)
  await answers.first().click()
  await expect(clock(page)).toHaveText(/^00:00:3\d/)
  await expect(page.getByRole('article', { name: 'Container liveness' })).toContainText('1 of 3')
})

test('the inside of a pod fits a phone', { tag: '@phone' }, async ({ page }) => {
  await openFilm(page)
  await page.keyboard.press('End')
  await expect(count(page)).not.toHaveText(/^0 /)
  await page.keyboard.press('5')
  for (let i = 0; i < 10; i++) await page.keyboard.press('Shift+ArrowLeft')
  await expect(page.getByRole('region', { name: 'The sandbox' })).toBeVisible()
  const { width, inner } = await page.evaluate(() => ({
    width: document.documentElement.scrollWidth,
    inner: window.innerWidth,
  }))
  expect(width).toBeLessThanOrEqual(inner)
})
