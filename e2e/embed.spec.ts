import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect, test } from './test.ts'

const film = (page: Page) => page.frameLocator('#film')
const heard = (page: Page) => page.locator('#heard')
const command = async (page: Page, name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click()

test('a page commands the film in its frame, and hears where it stands', async ({ page }) => {
  await page.goto('./embedding.html')
  await expect(film(page).getByRole('region', { name: 'What happens now' })).toBeVisible()
  await expect(film(page).getByRole('button', { name: 'Share' })).toHaveCount(0)
  await expect(film(page).locator('[data-box="terminate/delete"]')).toBeVisible()
  await command(page, 'next')
  await expect(heard(page)).toContainText('"chapter":3')
  await command(page, 'seek("12s")')
  await expect(heard(page)).toContainText('"t":12000')
  await command(page, 'view("cluster")')
  await expect(film(page).getByRole('region', { name: 'Cluster', exact: true })).toBeVisible()
  await command(page, 'previous')
  await expect(heard(page)).not.toContainText('"t":12000')
  expect((await new AxeBuilder({ page }).exclude('#film').analyze()).violations).toEqual([])
})

test('the slides keep their keys until the frame is clicked', async ({ page }) => {
  await page.goto('./embedding.html')
  const line = film(page).getByRole('region', { name: 'What happens now' })
  await expect(line).toContainText(/^[1-9]/)
  // The film behind the moment of a link is still being made: how long it is may change.
  const step = film(page).locator('[data-step-number]')
  const at = async (): Promise<string> => (await step.innerText()).split(' / ')[0]!
  const opened = await at()
  await page.keyboard.press('ArrowRight')
  expect(await at()).toBe(opened)
  await line.click()
  await page.keyboard.press('ArrowRight')
  await expect.poll(at).not.toBe(opened)
  // Dialogs and the editor belong to the whole page.
  await page.keyboard.press('o')
  await expect(film(page).getByRole('dialog')).toHaveCount(0)
})

/** Slides on another web server, with a film in a frame. */
async function serveSlides(film: (origin: string) => string): Promise<{ origin: string; close(): void }> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html')
    response.end(`<!doctype html><link rel="icon" href="data:,"><iframe id="film" src="${film(origin)}"></iframe>`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { origin, close: () => server.close() }
}

test.describe('a page of another origin', () => {
  for (const allowed of [false, true])
    test(allowed ? 'commands when the link names it' : 'commands nothing otherwise', async ({ page, baseURL }) => {
      const slides = await serveSlides(
        (origin) => `${baseURL}#p1:w6EdAA&embed=1${allowed ? `&origin=${encodeURIComponent(origin)}` : ''}`,
      )
      await page.goto(slides.origin)
      const line = film(page).getByRole('region', { name: 'What happens now' })
      await expect(line).toContainText(/0 \/ [1-9]/)
      await page.evaluate(() => {
        const { contentWindow } = document.querySelector('iframe')!
        contentWindow!.postMessage({ method: 'next' }, '*')
        contentWindow!.postMessage('{"method":"next","args":["hop"]}', '*')
      })
      if (allowed) await expect(line).toContainText(/^2 \//)
      else {
        // A click comes after the messages: when it has done its work, they had their chance.
        await film(page).getByRole('button', { name: 'Forward' }).first().click()
        await expect(line).toContainText(/^1 \//)
      }
      slides.close()
    })
})
