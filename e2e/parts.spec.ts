import { playhead, type as typeLine, terminal } from './stage.ts'
import { expect, test } from './test.ts'

test('the first step is there before the parts of the engine, and the whole film when they have come', async ({ page }) => {
  const held: (() => void)[] = []
  let late = true
  // What the worker imports for itself, whatever the files are called.
  await page.route(/\/assets\/.*\.js$/, async (route) => {
    if (late && (route.request().headers()['referer'] ?? '').includes('engine.worker')) {
      await new Promise<void>((resolve) => held.push(resolve))
    }
    await route.continue()
  })
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.goto('./')
  await expect.poll(async () => Number(await playhead(page).getAttribute('aria-valuemax'))).toBeGreaterThan(0)
  expect(held.length).toBeGreaterThan(0)
  expect(Number(await playhead(page).getAttribute('aria-valuemax'))).toBeLessThan(20)
  late = false
  for (const release of held) release()
  await expect.poll(async () => Number(await playhead(page).getAttribute('aria-valuemax'))).toBeGreaterThan(150)
  await typeLine(page, 'kubectl get nodes')
  await expect(terminal(page)).toContainText('node3')
})
