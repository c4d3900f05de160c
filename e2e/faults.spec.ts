import { AxeBuilder } from '@axe-core/playwright'
import { openFilm, stepNumber, terminal, type } from './stage.ts'
import { expect, test } from './test.ts'

const broken = 'broken'

test('a node is switched off on stage, and on again; stepping back undoes it, a link carries it', async ({ page }) => {
  await openFilm(page)
  for (let i = 0; i < 9; i++) await page.keyboard.press('Shift+ArrowRight')
  const before = await stepNumber(page)
  const node = page.getByRole('button', { name: /^node2 / })
  await node.hover()
  await page.getByRole('button', { name: 'Break node2' }).first().click()
  await page.getByRole('menuitem', { name: 'Switch off' }).click()
  const zap = page.getByRole('button', { name: 'Break node2' }).first()
  await expect(zap).toHaveText('1')
  await page.getByRole('button', { name: 'Pause' }).click()
  // Back to just behind it, unless it stands there; a step before, nothing is broken.
  const said = page.getByRole('region', { name: /^What happens now/ })
  while (!(await said.innerText()).includes('node2 is switched off')) await page.keyboard.press('ArrowLeft')
  await page.getByRole('button', { name: 'Share' }).click()
  const address = await page.getByRole('textbox', { name: 'Link' }).inputValue()
  await page.keyboard.press('Escape')
  await page.keyboard.press('ArrowLeft')
  await expect(zap).toHaveText('')
  await page.keyboard.press('ArrowRight')
  await expect(zap).toHaveText('1')
  expect(await stepNumber(page)).toBeGreaterThan(before)
  const other = await page.context().newPage()
  await other.goto(address)
  await expect(other.getByRole('button', { name: 'Break node2' }).first()).toHaveText('1')
  await other.close()
  await zap.click()
  await page.getByRole('menuitem', { name: 'Switch on again' }).click()
  await expect(zap).toHaveText('')
})

test('the API server is stopped from the palette: kubectl is refused until it is started again', async ({ page }) => {
  await openFilm(page)
  for (let i = 0; i < 12; i++) await page.keyboard.press('Shift+ArrowRight')
  await page.keyboard.press('ControlOrMeta+k')
  await page.getByRole('combobox').fill('stop the API server')
  await page.getByRole('option', { name: 'Stop the API server' }).click()
  await expect(page.getByRole('img', { name: broken })).toBeVisible()
  await type(page, 'kubectl get pods')
  await expect(terminal(page)).toContainText(/was refused|Unable to connect/)
  await page.getByRole('button', { name: 'Break something' }).click()
  await page.getByRole('menuitem', { name: 'Start the API server again' }).click()
  await expect(page.getByRole('img', { name: broken })).toBeHidden()
})

test('a scheduler that is stopped says so', async ({ page }) => {
  await openFilm(page)
  const scheduler = page.getByRole('region', { name: 'Cluster', exact: true }).getByRole('button', { name: /^scheduler/ })
  await expect(scheduler).toContainText('nothing to schedule')
  await page.getByRole('button', { name: 'Break something' }).click()
  await page.getByRole('menuitem', { name: 'Stop the scheduler' }).click()
  await expect(scheduler).toContainText('stopped')
  await page.getByRole('button', { name: 'Break something' }).click()
  await page.getByRole('menuitem', { name: 'Start the scheduler again' }).click()
  await expect(scheduler).toContainText('nothing to schedule')
})

test('axe finds nothing in the menu', async ({ page }) => {
  await openFilm(page)
  await page.getByRole('button', { name: 'Break something' }).click()
  await expect(page.getByRole('menuitem', { name: 'Stop etcd' })).toBeVisible()
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']).analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((n) => n.html).join(' ').slice(0, 300)}`)).toEqual([])
})
