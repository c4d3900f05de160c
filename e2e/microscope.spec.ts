import { AxeBuilder } from '@axe-core/playwright'
import type { Locator, Page } from '@playwright/test'
import { clock, openFilm, playhead, stepNumber, terminal } from './stage.ts'
import { expect, test } from './test.ts'

/** The scheduler's tables: opened from where the scheduler is, read, compared, and tried out in a fork. */

const microscope = (page: Page): Locator => page.getByRole('region', { name: /^(Scheduler microscope|调度显微镜)$/ })
const row = (page: Page, node: string): Locator => microscope(page).getByRole('row').filter({ has: page.getByRole('rowheader', { name: node }) })

async function putOn(page: Page, title: string): Promise<void> {
  await openFilm(page)
  await page.keyboard.press('o')
  await page.getByRole('option').filter({ hasText: title }).first().click()
  await expect(page).toHaveTitle(new RegExp(title))
}

async function goTo(page: Page, condition: string): Promise<void> {
  await page.keyboard.press('g')
  const field = page.getByRole('dialog').getByRole('textbox')
  await field.fill(condition)
  await field.press('Enter')
  await expect(page.getByRole('dialog')).toBeHidden()
}

test('shows every node with the plugin that refused it, and what would make it fit', async ({ page }) => {
  await putOn(page, 'Not enough CPU')
  await goTo(page, 'pod/four event FailedScheduling')
  await page.getByRole('button', { name: 'Open the scheduler microscope' }).first().click()
  await expect(microscope(page)).toBeFocused()
  await expect(microscope(page).getByRole('heading', { level: 2 })).toHaveText('pod/four')
  for (const node of ['node1', 'node2', 'node3']) await expect(row(page, node)).toContainText('NodeResourcesFit')
  await expect(row(page, 'node1').getByRole('img', { name: /cpu: 3 of 4 requested/ })).toBeVisible()
  await expect(microscope(page)).toContainText('0/3 nodes are available: 3 Insufficient cpu.')
  await row(page, 'node2').click()
  const detail = microscope(page).getByRole('region', { name: 'node2 in detail' })
  await expect(detail).toContainText('Request less: cpu 2 less.')
  await page.keyboard.press('Escape')
  await expect(microscope(page)).toBeHidden()
})

test('one click tries a proposal as a fork, and the next attempt takes the node', async ({ page }) => {
  await putOn(page, 'Not enough CPU')
  await goTo(page, 'pod/four event FailedScheduling')
  await page.keyboard.press('6')
  await microscope(page).getByRole('button', { name: /^Try it: Request less/ }).click()
  await expect(terminal(page)).toContainText('pod/four replaced')
  await expect(microscope(page).getByRole('list', { name: 'Attempts to place this pod' })).toContainText(/Attempt 1\s*node\d/)
  // The future that was left is kept.
  await expect(page.getByTitle('Futures that were left by acting in the past')).toBeVisible()
})

test('keeps every attempt; two can be laid beside one another', async ({ page }) => {
  await putOn(page, 'Not enough CPU')
  await goTo(page, 'pod/four Ready')
  await page.keyboard.press('6')
  const attempts = microscope(page).getByRole('list', { name: 'Attempts to place this pod' })
  await expect(attempts.getByRole('listitem')).toHaveCount(2)
  await expect(microscope(page)).toContainText('Tried again because a pod has left its node, which NodeResourcesFit thinks may help.')
  await microscope(page).getByRole('button', { name: 'Compare' }).click()
  await page.getByRole('menuitemradio', { name: /Attempt 1/ }).click()
  await microscope(page).getByRole('button', { name: 'changed' }).click()
  // Only the node that was left has changed.
  await expect(microscope(page).getByRole('rowheader')).toHaveCount(1)
  await expect(microscope(page).getByRole('row').last()).toContainText(/fits.*✕ NodeResourcesFit/)
  // Choosing an attempt goes to its moment.
  const before = await stepNumber(page)
  await attempts.getByRole('button', { name: /Attempt 1/ }).click()
  await expect.poll(() => stepNumber(page)).toBeLessThan(before)
  await expect(clock(page)).toContainText('00:00:10')
})

test('scores stand with raw value, normalised value, weight and sum; the arrow keys move along the nodes', async ({ page }) => {
  await putOn(page, 'Automatic scheduling')
  await goTo(page, 'pod/web-4 milestone create/score')
  await page.getByRole('button', { name: 'Table', exact: true }).click()
  const table = microscope(page).getByRole('grid')
  await expect(table.getByRole('row', { selected: true })).toContainText(/node3/)
  await expect(microscope(page).getByRole('table')).toContainText(/TaintToleration\s*0\s*100\s*×3\s*300/)
  await expect(microscope(page).getByRole('table')).toContainText(/Sum\s*474/)
  await table.focus()
  await page.keyboard.press('ArrowDown')
  await expect(table.getByRole('row', { selected: true })).not.toContainText('node3')
  // The film's own keys go on working.
  const step = await stepNumber(page)
  await page.keyboard.press('ArrowLeft')
  await expect.poll(() => stepNumber(page)).toBeLessThan(step)
})

test('opens from a link, at the pod and the attempt that the sender looked at', async ({ page, context }) => {
  await putOn(page, 'Not enough CPU')
  await goTo(page, 'pod/four Ready')
  await page.keyboard.press('6')
  const attempts = (on: Page) => microscope(on).getByRole('list', { name: 'Attempts to place this pod' }).getByRole('button')
  await attempts(page).filter({ hasText: 'Attempt 1' }).click()
  await expect(microscope(page)).toContainText('3 Insufficient cpu')
  const sent = { step: await stepNumber(page), pod: await microscope(page).getByRole('heading', { level: 2 }).innerText() }
  await page.getByRole('button', { name: 'Share' }).click()
  const link = await page.getByRole('textbox', { name: 'Link' }).inputValue()

  const other = await context.newPage()
  await other.goto(link)
  await expect(microscope(other).getByRole('heading', { level: 2 })).toHaveText(sent.pod)
  await expect.poll(() => stepNumber(other)).toBe(sent.step)
  await expect(attempts(other).filter({ hasText: 'Attempt 1' })).toHaveAttribute('aria-current', 'step')
  await expect(row(other, 'node1')).toContainText('NodeResourcesFit')
  await expect(microscope(other)).toContainText('3 Insufficient cpu')
  await other.close()
})

test('opens at the boxes of the flowchart', async ({ page }) => {
  await putOn(page, 'Not enough CPU')
  await goTo(page, 'pod/four Ready')
  await page.keyboard.press('2')
  await page.getByRole('button', { name: 'Open the scheduler microscope' }).first().click()
  await expect(microscope(page).getByRole('heading', { level: 2 })).toHaveText('pod/four')
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`has no fault that axe can find, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme })
    await putOn(page, 'Not enough CPU')
    await goTo(page, 'pod/four event FailedScheduling')
    await page.keyboard.press('6')
    await expect(microscope(page).getByRole('button', { name: /^Try it/ }).first()).toBeVisible()
    const { violations } = await new AxeBuilder({ page }).include('section[aria-label="Scheduler microscope"]').analyze()
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([])
  })
}

test('on a phone it is a sheet', { tag: '@phone' }, async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 })
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.goto('./')
  await expect(playhead(page)).toBeAttached()
  await page.keyboard.press('6')
  await expect(page.getByRole('dialog', { name: 'Scheduler microscope' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeHidden()
})

test('a view that is chosen takes the place of the microscope', async ({ page }) => {
  await openFilm(page)
  await page.getByRole('button', { name: 'Open the scheduler microscope' }).click()
  const microscope = page.getByRole('region', { name: 'Scheduler microscope' })
  await expect(microscope).toBeVisible()
  await page.keyboard.press('2')
  await expect(microscope).toBeHidden()
  await expect(page.getByRole('region', { name: 'Create' })).toBeVisible()
})
