import type { Page } from '@playwright/test'
import { atRest, terminal } from './stage.ts'
import { expect, test } from './test.ts'

/** The line under the stage: 'n / m'. */
const count = (page: Page) =>
  page
    .getByRole('region', { name: /What happens now|此刻发生的事/ })
    .locator('span')
    .first()
const playhead = (page: Page) => page.getByRole('slider', { name: /Playhead|播放头/ })
const stepNumber = async (page: Page): Promise<number> => Number(await playhead(page).getAttribute('aria-valuenow'))

test.beforeEach(async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.goto('./')
  // The whole script is filmed ahead.
  await expect.poll(async () => Number(await playhead(page).getAttribute('aria-valuemax'))).toBeGreaterThan(150)
})

test('a newcomer finds a film on stage and one clear button', { tag: '@phone' }, async ({ page }) => {
  await expect(count(page)).toHaveText(/^0 \//)
  await page.getByRole('button', { name: 'Play the film' }).click()
  await expect.poll(() => stepNumber(page)).toBeGreaterThan(3)
  await page.getByRole('button', { name: 'Pause' }).click()
  const stopped = await stepNumber(page)
  await page.waitForTimeout(400)
  expect(await stepNumber(page)).toBe(stopped)
})

test('keys step forwards and back, by hop and by milestone', async ({ page }) => {
  for (let i = 0; i < 6; i++) await page.keyboard.press('ArrowRight')
  expect(await stepNumber(page)).toBe(6)
  await page.keyboard.press('Shift+ArrowRight')
  const milestone = await stepNumber(page)
  expect(milestone).toBeGreaterThan(6)
  await page.keyboard.press('Shift+ArrowLeft')
  expect(await stepNumber(page)).toBeLessThan(milestone)
  await page.keyboard.press('End')
  expect(await stepNumber(page)).toBeGreaterThan(150)
  await page.keyboard.press('Home')
  await expect(count(page)).toHaveText(/^0 \//)
})

test('the same moment looks the same from both sides', async ({ page }) => {
  const look = async () => {
    await atRest(page)
    return page.locator('main').innerText()
  }
  const seen: string[] = []
  for (let i = 0; i < 12; i++) {
    await page.keyboard.press('Shift+ArrowRight')
    seen.push(await look())
  }
  await page.keyboard.press('Shift+ArrowRight')
  for (let i = 11; i >= 0; i--) {
    await page.keyboard.press('Shift+ArrowLeft')
    expect(await look(), `milestone ${i}`).toBe(seen[i])
  }
})

test('the playhead follows the pointer', async ({ page }) => {
  const box = (await playhead(page).boundingBox())!
  await page.mouse.move(box.x + box.width * 0.2, box.y + 30)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.6, box.y + 30, { steps: 5 })
  await page.mouse.up()
  const middle = await stepNumber(page)
  expect(middle).toBeGreaterThan(20)
  await page.mouse.click(box.x + box.width * 0.1, box.y + 30)
  expect(await stepNumber(page)).toBeLessThan(middle)
})

test('playing stops at a breakpoint', async ({ page }) => {
  await page.getByRole('button', { name: 'break on…' }).click()
  await page.getByRole('dialog').getByRole('combobox').selectOption('status')
  await page.getByRole('combobox', { name: 'STATUS becomes' }).fill('Terminating')
  await page.getByRole('button', { name: 'Add' }).click()
  await page.keyboard.press('Escape')
  for (let i = 0; i < 5; i++) await page.keyboard.press(']')
  await page.keyboard.press('Space')
  await expect(page.getByRole('button', { name: 'Stopped: STATUS Terminating' })).toBeVisible()
})

test('going to a step, a time, a condition, and nowhere', async ({ page }) => {
  const go = async (text: string): Promise<void> => {
    await page.keyboard.press('g')
    await page.getByRole('dialog').getByRole('textbox').fill(text)
    await page.keyboard.press('Enter')
  }
  await go('37')
  await expect(count(page)).toHaveText(/^37 \//)
  await go('pod/test-nginx-pod Ready')
  await expect(page.getByRole('dialog')).toBeHidden()
  expect(await stepNumber(page)).toBeGreaterThan(100)
  await go('tomorrow')
  await expect(page.getByRole('dialog').getByRole('alert')).toContainText('tomorrow')
})

test('a link opens paused, at its moment, in its language', async ({ page, context }) => {
  for (let i = 0; i < 9; i++) await page.keyboard.press('ArrowRight')
  await page.keyboard.press('2')
  await page.getByRole('button', { name: 'Share' }).click()
  const link = await page.getByRole('textbox', { name: 'Link' }).inputValue()
  const other = await context.newPage()
  await other.goto(link.replace('lang=en', 'lang=zh'))
  await expect(count(other)).toHaveText(/^9 \//)
  await expect(other.getByRole('button', { name: '创建' })).toHaveAttribute('aria-pressed', 'true')
  await expect(other.locator('html')).toHaveAttribute('lang', 'zh-CN')
  await other.close()
})

test('a damaged link says so and leaves the page usable', async ({ page }) => {
  await page.goto('about:blank')
  await page.goto('./#p1:damaged')
  await expect(page.getByText('This link is damaged')).toBeVisible()
  await page.keyboard.press('ArrowRight')
  await expect(count(page)).toHaveText(/^1 \//)
})

test('language and theme are kept', async ({ page }) => {
  await page.getByRole('button', { name: '切换到中文' }).click()
  await expect(page.getByRole('button', { name: '分享' })).toBeVisible()
  await page.keyboard.press('d')
  const theme = await page.locator('html').getAttribute('data-theme')
  await page.reload()
  await expect(page.getByRole('button', { name: '分享' })).toBeVisible()
  await expect(page.locator('html')).toHaveAttribute('data-theme', theme!)
})

test('another film is found by its name and put on', async ({ page }) => {
  await page.keyboard.press('o')
  await page.getByPlaceholder('Search scenarios').fill('ignores')
  await page.keyboard.press('Enter')
  await expect(page).toHaveTitle(/ignores TERM/)
  await expect(count(page)).toHaveText(/^0 \//)
})

test('the palette and the dialog of keys read one table', async ({ page }) => {
  await page.keyboard.press('Control+k')
  await page.getByPlaceholder('Type a command').fill('pod states')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: 'Pod states' })).toHaveAttribute('aria-pressed', 'true')
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog')).toContainText('One step forward')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeHidden()
})

test('the clicker moves a presenter', async ({ page }) => {
  await page.keyboard.press('p')
  await expect(page.getByRole('button', { name: 'Share' })).toBeHidden()
  await page.keyboard.press('PageDown')
  await page.keyboard.press('PageDown')
  await expect(count(page)).toHaveText(/^2 \//)
  await page.keyboard.press('PageUp')
  await expect(count(page)).toHaveText(/^1 \//)
  await page.keyboard.press('Escape')
  await expect(page.getByRole('button', { name: 'Share' })).toBeVisible()
})

test('panels are put away and come back', async ({ page }) => {
  const inspector = page.getByRole('complementary')
  // As long as nothing has happened there is something to read in it.
  await expect(inspector.getByRole('heading', { name: 'A cluster to look into' })).toBeVisible()
  await expect(inspector.getByText('failed, waits to restart')).toBeVisible()
  await page.keyboard.press('i')
  await expect(inspector).toBeHidden()
  // The next time, too.
  await page.reload()
  await expect(page.getByRole('region', { name: 'What happens now' })).toBeVisible()
  await expect(inspector).toBeHidden()
  await page.keyboard.press('i')
  await expect(inspector).toBeVisible()
})

test('a window that has room for one panel shows the one asked for last; upright both lie below the stage', async ({ page }) => {
  const inspector = page.getByRole('complementary')
  await page.setViewportSize({ width: 1024, height: 768 })
  await expect(inspector).toBeHidden()
  await page.keyboard.press('i')
  await expect(inspector).toBeVisible()
  await expect(terminal(page)).toBeHidden()
  await page.keyboard.press('/')
  await expect(terminal(page)).toBeVisible()
  await expect(inspector).toBeHidden()
  await page.setViewportSize({ width: 820, height: 1180 })
  await expect(terminal(page)).toBeVisible()
  const [stage, below] = [await page.getByRole('main').boundingBox(), await inspector.boundingBox()]
  expect(below!.y).toBeGreaterThan(stage!.y + stage!.height)
  expect(stage!.width).toBeGreaterThan(780)
})

/** What the page does within three seconds. */
function doings(page: Page): Promise<{ frames: number; timers: number; changes: number }> {
  return page.evaluate(async () => {
    const seen = { frames: 0, timers: 0, changes: 0 }
    const { requestAnimationFrame: frame, setTimeout: timer } = window
    window.requestAnimationFrame = (callback) => (seen.frames++, frame.call(window, callback))
    window.setTimeout = ((...args: Parameters<typeof timer>) => (seen.timers++, timer.apply(window, args))) as typeof timer
    const observer = new MutationObserver((changes) => (seen.changes += changes.length))
    observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true })
    await new Promise((resolve) => timer.call(window, resolve, 3000))
    observer.disconnect()
    Object.assign(window, { requestAnimationFrame: frame, setTimeout: timer })
    return seen
  })
}

test('a film that stands still has the page do nothing', async ({ page }) => {
  for (let i = 0; i < 8; i++) await page.keyboard.press('ArrowRight')
  // Once all is there that comes beside the stage, which may take its time on a busy machine.
  await expect.poll(() => doings(page), { timeout: 40_000 }).toEqual({ frames: 0, timers: 0, changes: 0 })
})

test('what is put away leaves nothing behind', async ({ page, context }) => {
  await expect(page.locator('.monaco-editor').first()).toBeVisible()
  const cdp = await context.newCDPSession(page)
  await cdp.send('Performance.enable')
  const elements = async (): Promise<number> => {
    await page.waitForTimeout(500)
    await cdp.send('HeapProfiler.collectGarbage')
    const { metrics } = await cdp.send('Performance.getMetrics')
    return metrics.find(({ name }) => name === 'Nodes')!.value
  }
  const visit = async (): Promise<void> => {
    for (const key of ['p', 'Escape', 'e', 'e', 'i', 'i']) {
      await page.keyboard.press(key)
      await page.waitForTimeout(250)
    }
    await expect(page.locator('.monaco-editor').first()).toBeVisible()
  }
  for (let i = 0; i < 2; i++) await visit()
  const before = await elements()
  for (let i = 0; i < 5; i++) await visit()
  expect((await elements()) - before).toBeLessThan(500)
})

test('keys that come while another film is put on are for nobody', async ({ page }) => {
  for (let i = 0; i < 3; i++) {
    await page.keyboard.press('o')
    await page.getByRole('option', { name: i % 2 === 0 ? /An empty cluster/ : /First pod/ }).first().click()
    for (const key of ['f', 'ControlOrMeta+Enter', 'ArrowRight', 'End', 'f']) await page.keyboard.press(key)
  }
  await expect(page).toHaveTitle(/An empty cluster/)
  await expect(page.getByRole('alert')).toHaveCount(0)
})
