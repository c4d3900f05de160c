import type { Page } from '@playwright/test'
import { caption, clock, count, openEmptyCluster, paste, putOn, stepNumber, terminal } from './stage.ts'
import { packP1 } from '../src/share/codec-p1.ts'
import { expect, test } from './test.ts'

const pod = `apiVersion: v1
kind: Pod
metadata:
  name: mine
spec:
  containers:
  - name: web
    image: httpd
`

/** Boxes behind the playhead, with their times. How far ahead somebody has filmed is nobody else's business. */
const passed = (page: Page): Promise<(string | null)[]> =>
  page
    .locator('[data-box]:is([data-state="passed"], [data-state="current"])')
    .evaluateAll((all) => all.map((box) => box.getAttribute('aria-label')))

test('a link that was made of an earlier version of its scenario says so, until another is on', async ({ page }) => {
  await page.goto(`./#p1:${packP1({ base: 'first-pod', hash: 'earlier', spec: { end: 5_000 } })}`)
  const note = page.getByRole('status').filter({ hasText: 'an earlier version of the scenario' })
  await expect(note).toBeVisible()
  await putOn(page, /An empty cluster/)
  await expect(note).toBeHidden()
})

test('what was applied here, and this very moment of it, open from a link', async ({ page, context }) => {
  await openEmptyCluster(page)
  await paste(page, pod)
  await page.getByRole('button', { name: /^Apply/ }).click()
  await expect(terminal(page)).toContainText('pod/mine created')
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.keyboard.press('Escape')
  await page.keyboard.press('Home')
  for (let i = 0; i < 11; i++) await page.keyboard.press('Shift+ArrowRight')
  await page.getByRole('button', { name: 'Split the stage' }).click()
  const create = page.getByRole('main').getByRole('button', { name: 'Create', exact: true })
  if ((await create.getAttribute('aria-pressed')) === 'false') await create.click()
  await expect(page.locator('[data-box="create/submit"]')).toBeVisible()
  await page.keyboard.press('e')
  const sent = {
    step: await stepNumber(page),
    clock: await clock(page).innerText(),
    sentence: await caption(page).getByRole('paragraph').innerText(),
    boxes: await passed(page),
  }
  await page.getByRole('button', { name: 'Share' }).click()
  const link = await page.getByRole('textbox', { name: 'Link' }).inputValue()

  const other = await context.newPage()
  const started = Date.now()
  await other.goto(link)
  await expect(count(other)).toHaveText(new RegExp(`^${sent.step} /`))
  test.info().annotations.push({ type: 'link to picture', description: `${Date.now() - started} ms` })
  await expect(clock(other)).toHaveText(sent.clock)
  await expect(caption(other).getByRole('paragraph')).toHaveText(sent.sentence)
  // The same views, the editor still away, the same pod.
  await expect(other.getByRole('region', { name: 'Cluster', exact: true })).toBeVisible()
  await expect(other.locator('[data-box="create/submit"]')).toBeVisible()
  expect(await passed(other)).toEqual(sent.boxes)
  await expect(other.getByRole('region', { name: 'Editor', exact: true })).toBeHidden()
  await expect(other.getByRole('complementary')).toContainText('pod/mine')
  await expect(other.locator('html')).toHaveAttribute('lang', 'en')
  // The timeline shows the whole film, with what was done at its start.
  await expect(other.getByRole('option', { name: /kubectl apply/ }).first()).toBeVisible()
  // Paused: it still stands there when somebody has looked at it, and goes on when asked to.
  await expect(other.getByRole('button', { name: 'Play', exact: true })).toBeVisible()
  await other.keyboard.press('ArrowRight')
  expect(await stepNumber(other)).toBe(sent.step + 1)
  await other.close()
})

test('a page that does not come by https copies, too', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.addInitScript(() => Object.defineProperty(Navigator.prototype, 'clipboard', { get: () => undefined }))
  await page.goto('./')
  await expect(count(page)).toHaveText(/^0/)
  await page.getByRole('button', { name: 'Share' }).click()
  const link = await page.getByRole('textbox', { name: 'Link' }).inputValue()
  await page.getByRole('dialog').getByRole('button', { name: 'Copy' }).click()
  await expect(page.getByRole('dialog').getByRole('button', { name: 'Copied' })).toBeVisible()
  // The next text is another one.
  await page.getByRole('tab', { name: 'Markdown' }).click()
  await expect(page.getByRole('dialog').getByRole('button', { name: 'Copy' })).toBeVisible()
  await page.keyboard.press('Escape')
  // What is pasted is what was copied.
  await page.getByRole('textbox', { name: /^Text of/ }).focus()
  await page.keyboard.press('Control+a')
  await page.keyboard.press('Control+v')
  await expect(page.getByRole('region', { name: 'Editor', exact: true })).toContainText(link.slice(0, 20))
})

test('of two links that are opened one right after the other the second is on, however long the first takes', async ({ page }) => {
  let release = (): void => undefined
  const held = new Promise<void>((resolve) => (release = resolve))
  await page.route(/scenes-pressure/, async (route) => {
    await held
    await route.continue()
  })
  await page.goto('./')
  await expect(count(page)).toHaveText(/^0/)
  const link = (base: string, film: string): string => `#p1:${packP1({ base, hash: 'earlier', spec: { title: { en: film, zh: film } } })}`
  const open = (hash: string): Promise<unknown> => page.evaluate((to) => (location.hash = to), hash)
  await open(link('pressure-disk', 'The first'))
  await page.waitForTimeout(200)
  await open(link('first-pod', 'The second'))
  await expect(page).toHaveTitle(/^The second/)
  const fetched = page.waitForResponse(/scenes-pressure/)
  release()
  await fetched
  await page.waitForTimeout(500)
  await expect(page).toHaveTitle(/^The second/)
  // One that cannot be read says so, and takes nothing away.
  await open('#p1:cut')
  await expect(page.getByRole('alert')).toBeVisible()
  await expect(page).toHaveTitle(/^The second/)
})
