import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { putOn } from './stage.ts'
import { expect, test } from './test.ts'

async function openRace(page: Page): Promise<void> {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.goto('./')
  await putOn(page, /The termination race/)
  await page.getByRole('button', { name: 'Race', exact: true }).click()
  await page.getByRole('combobox', { name: 'Pod' }).selectOption({ index: 1 })
  await expect(page.getByText(/^Lost by \d{3} ms/)).toBeVisible()
}

const settings = (page: Page) => page.getByRole('region', { name: 'What if?' })

test('a longer preStop makes the failures vanish, and the race is lost again without it', async ({ page }) => {
  await openRace(page)
  await expect(page.getByRole('heading', { name: 'Kubelet track' })).toBeVisible()
  await expect(page.getByText('lead to nobody').first()).toBeVisible()
  const tries = page.getByRole('table', { name: /What was tried/ })
  await expect(tries.getByRole('row')).toHaveCount(1)
  await expect(tries).toContainText(/[1-9]\d* failed/)
  // By keyboard: let go of the key, and the film is made again.
  const preStop = settings(page).getByRole('slider', { name: 'preStop sleeps' })
  await preStop.focus()
  await page.keyboard.press('ArrowRight')
  await expect(page.getByText(/^Won with/)).toBeVisible()
  await settings(page).getByRole('spinbutton', { name: /preStop sleeps/ }).fill('5')
  await page.keyboard.press('Enter')
  await expect(page.getByText(/^Won with [45]/)).toBeVisible()
  await expect(page.getByText('lead to nobody')).toHaveCount(0)
  await expect(tries.getByRole('row', { name: /preStop sleeps 5 s/ })).toContainText('0 failed')
  // The manifest says so, and the one before is a branch.
  // In the plain editor, or in Monaco when that has come.
  const written = () => page.evaluate(() => [...document.querySelectorAll('textarea')].map((t) => t.value).join() + document.querySelector('.monaco-editor .view-lines')?.textContent)
  await expect.poll(written).toMatch(/sleep:\s*seconds:\s*5/)
  await tries.getByRole('row', { name: /preStop sleeps 0 s/ }).getByRole('button', { name: 'Show' }).click()
  await page.getByRole('combobox', { name: 'Pod' }).selectOption({ index: 1 })
  await expect(page.getByText(/^Lost by \d{3} ms/)).toBeVisible()
})

test('in a hall the race begins with its verdict, and a chart beside it is a list with letters of 24 px', async ({ page }) => {
  await openRace(page)
  await page.getByRole('button', { name: 'Create', exact: true }).click({ modifiers: ['Control'] })
  await page.keyboard.press('p')
  await expect(page.getByText(/^Lost by \d{3} ms/)).toBeInViewport()
  const row = page.getByRole('listitem').filter({ hasText: 'Kubelet sees it' })
  await expect(row).toBeVisible()
  expect(await row.evaluate((element) => Number.parseFloat(getComputedStyle(element).fontSize))).toBeGreaterThanOrEqual(24)
})

test('slow news loses a race that a hook had won; a link opens the same race', async ({ page }) => {
  await openRace(page)
  await settings(page).getByRole('spinbutton', { name: /preStop sleeps/ }).fill('2')
  await page.keyboard.press('Enter')
  await expect(page.getByText(/^Won with/)).toBeVisible()
  await settings(page).getByRole('spinbutton', { name: /Rules follow after/ }).fill('4')
  await page.keyboard.press('Enter')
  const verdict = page.getByText(/^Lost by/)
  await expect(verdict).toBeVisible()
  const words = await verdict.innerText()
  await page.getByRole('button', { name: 'Share' }).click()
  const link = await page.getByRole('textbox', { name: 'Link' }).inputValue()
  expect(link.length).toBeLessThan(1000)
  const other = await page.context().newPage()
  await other.goto(link)
  await expect(other.getByText(words)).toBeVisible()
  await other.close()
})

test('the race can be read as text, and each moment leads there', async ({ page }) => {
  await openRace(page)
  await page.getByText('As text').click()
  const moments = page.getByRole('group').filter({ hasText: 'As text' }).getByRole('button')
  await expect(moments.first()).toHaveText(/^0 ms deleted/)
  await moments.filter({ hasText: 'failed' }).first().click()
  await expect(page.getByRole('region', { name: /^What happens now/ })).toContainText(/fail|refused|reset|in vain/i)
})

test('axe finds nothing', async ({ page }) => {
  await openRace(page)
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']).analyze()
    expect(violations.map(({ id, nodes }) => `${colorScheme} ${id}: ${nodes.map((n) => n.html).join(' ').slice(0, 300)}`)).toEqual([])
  }
})
