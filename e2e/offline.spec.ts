import { caption, openEmptyCluster, paste, terminal } from './stage.ts'
import { expect, test } from './test.ts'

test.use({ serviceWorkers: 'allow' })

test('after one visit it opens, plays and edits without a network', async ({ page, context }) => {
  await page.goto('./')
  await expect(caption(page)).toBeVisible()
  await page.evaluate(async () => navigator.serviceWorker.ready)
  await context.setOffline(true)
  await page.reload()
  await expect(caption(page)).toBeVisible()
  await openEmptyCluster(page)
  await paste(page, 'apiVersion: v1\nkind: Pod\nmetadata: {name: alone}\nspec: {containers: [{name: web, image: nginx}]}\n')
  await page.getByRole('button', { name: /^Apply/ }).click()
  await expect(terminal(page)).toContainText('pod/alone created')
})

test('the app can be installed: its manifest is whole', async ({ page, request, baseURL }) => {
  await page.goto('./')
  const address = await page.locator('link[rel="manifest"]').getAttribute('href')
  const manifest = await (await request.get(new URL(address ?? '', baseURL).href)).json()
  expect(manifest).toMatchObject({ name: 'Podreel', display: 'standalone', start_url: './' })
  for (const { src } of manifest.icons) expect((await request.get(new URL(src, baseURL).href)).status(), src).toBe(200)
})
