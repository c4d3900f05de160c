import { readFileSync } from 'node:fs'
import { AxeBuilder } from '@axe-core/playwright'
import { openEmptyCluster, terminal, type } from './stage.ts'
import { expect, test } from './test.ts'

test('requests that were typed are part of the play, whatever is typed next', async ({ page }) => {
  await openEmptyCluster(page)
  await type(page, 'load http://web 5; kubectl run web --image=nginx')
  await expect(page.getByRole('region', { name: /^Terminal/ })).toContainText('pod/web created')
  await expect(page.getByRole('region', { name: /^Terminal/ })).not.toContainText('another future')
  await page.keyboard.press('Escape')
  await page.keyboard.press('ControlOrMeta+k')
  await page.getByRole('combobox').fill('keep what')
  await page.getByRole('option', { name: 'Keep what was played' }).click()
  await expect(page.getByRole('dialog').getByLabel('The file', { exact: true })).toContainText(/load:\s+name: web\s+url: http:\/\/web\s+perSecond: 5[^]*run web --image=nginx/)
})

test('a play is kept as a level: what it lacks is said until nothing is missing, and the file opens again', async ({ page }) => {
  await openEmptyCluster(page)
  for (let speed = 1; speed < 16; speed *= 2) await page.keyboard.press(']')
  await type(page, 'kubectl run web --image=nginx:1.99')
  await expect(page.getByRole('region', { name: /^Terminal/ })).toContainText('pod/web created')
  await type(page, 'kubectl set image pod/web web=nginx:1.27')
  await expect(page.getByRole('region', { name: /^Terminal/ })).toContainText('image updated')
  await type(page, 'kubectl wait --for=condition=Ready pod/web --timeout=120s')
  await page.keyboard.press('Escape')
  // However long the kubelet waits before it tries again.
  await expect(async () => {
    await page.keyboard.press('End')
    await expect(page.getByRole('region', { name: /^Terminal/ })).toContainText('condition met', { timeout: 500 })
  }).toPass()
  await page.keyboard.press('ControlOrMeta+k')
  await page.getByRole('combobox').fill('keep what')
  await page.getByRole('option', { name: 'Keep what was played' }).click()
  const dialog = page.getByRole('dialog', { name: 'Keep what was played' })
  await dialog.getByRole('radio', { name: 'Level', exact: true }).click()
  await expect(dialog.getByRole('status')).toContainText('a title in both languages')
  for (const label of ['Title', 'What it shows', 'What is wanted', 'A hint']) {
    await dialog.getByRole('textbox', { name: `${label}, in English` }).fill(label)
    await dialog.getByRole('textbox', { name: `${label}, in Chinese` }).fill('中文')
  }
  await dialog.getByRole('radio', { name: /begins with input 2$/ }).check()
  await dialog.getByRole('textbox', { name: 'Reached when' }).fill('pod/web Failed')
  await expect(dialog.getByRole('status')).toContainText('in what was played it never held')
  await dialog.getByRole('button', { name: 'pod/web Ready' }).click()
  await expect(dialog.getByRole('status')).toHaveText('Nothing is missing.')
  // Requests that nobody has sent yet are played before the goal is judged: somebody outside knows no name of a Service.
  await dialog.getByRole('button', { name: 'Requests while it goes on' }).click()
  await dialog.getByRole('textbox', { name: /^And of the history/ }).fill('- { traffic: { load: users, failed: { most: 0 } } }')
  await expect(dialog.getByRole('status')).toContainText('in what was played it never held')
  await dialog.getByRole('button', { name: 'Remove: Requests' }).click()
  await expect(dialog.getByRole('status')).toHaveText('Nothing is missing.')
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']).analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((n) => n.html).join(' ').slice(0, 300)}`)).toEqual([])
  // Whoever gets the link has the level at once.
  await expect(dialog.getByRole('button', { name: 'Copy the link' })).toBeEnabled()
  const trial = page.context().waitForEvent('page')
  await dialog.getByRole('link', { name: 'Try it in a new tab' }).click()
  const other = await trial
  await expect(other).toHaveTitle(/^Title · Podreel/)
  await expect(other.getByRole('region', { name: 'Level' })).toContainText('What is wanted')
  await other.close()
  // What has been written stays for whoever closes the dialog to play on.
  await page.keyboard.press('Escape')
  await page.keyboard.press('ControlOrMeta+k')
  await page.getByRole('combobox').fill('keep what')
  await page.getByRole('option', { name: 'Keep what was played' }).click()
  await expect(dialog.getByRole('status')).toHaveText('Nothing is missing.')
  const download = page.waitForEvent('download')
  await dialog.getByRole('button', { name: 'Save as a file' }).click()
  const file = await (await download).path()
  expect(readFileSync(file, 'utf8')).toMatch(/goal:\n\s+when: pod\/web Ready/)
  await page.keyboard.press('Escape')
  await page.keyboard.press('o')
  await page.getByRole('combobox').fill('open a file')
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('option', { name: /^Open a file/ }).click()
  await (await chooser).setFiles({ name: 'my.yaml', mimeType: 'application/yaml', buffer: readFileSync(file) })
  await expect(page).toHaveTitle(/^Title · Podreel/)

  // Whoever gets the file plays it: what was played before the turn has happened, and the rest is theirs to do.
  const strip = page.getByRole('region', { name: 'Level' })
  await expect(strip).toContainText('What is wanted')
  await expect(strip).toContainText('0 commands')
  await page.keyboard.press('End')
  await expect(terminal(page)).toContainText('run web --image=nginx:1.99')
  await expect(terminal(page)).not.toContainText('set image')
  await strip.getByRole('button', { name: 'Hint' }).click()
  await expect(page.getByRole('dialog', { name: 'Hint' })).toContainText('A hint')
  await page.keyboard.press('Escape')
  await type(page, 'kubectl set image pod/web web=nginx:1.27')
  await expect(strip.getByRole('status')).toContainText('Reached with one command (par 2).', { timeout: 60_000 })
})
