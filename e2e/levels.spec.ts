import { AxeBuilder } from '@axe-core/playwright'
import { clock, openFilm, terminal, type } from './stage.ts'
import { expect, test } from './test.ts'

test('a level is opened, helped, undone and reached; the progress stays', async ({ page }) => {
  await openFilm(page)
  await page.keyboard.press('v')
  await page.getByRole('dialog').getByRole('button', { name: /^No place for it/ }).click()
  const strip = page.getByRole('region', { name: 'Level' })
  await expect(strip).toContainText('pod/db is Ready.')
  await strip.getByRole('button', { name: 'Hint' }).click()
  await page.getByRole('button', { name: 'Another hint' }).click()
  await expect(page.getByText('A label on one node is enough.')).toBeVisible()
  await page.keyboard.press('Escape')

  await page.keyboard.press('End')
  await type(page, 'kubectl label node node2 disk=hdd')
  await expect(strip).toContainText('one command')
  await page.keyboard.press('Escape')
  await strip.getByRole('button', { name: 'Undo' }).click()
  await expect(strip).toContainText('0 commands')

  // The solution is typed, not run.
  await strip.getByRole('button', { name: 'Solution' }).click()
  await page.getByRole('button', { name: 'Type it' }).click()
  const prompt = terminal(page).getByRole('textbox')
  await expect(prompt).toHaveValue('kubectl label node node1 disk=ssd')
  await prompt.press('Enter')
  await expect(strip.getByRole('status')).toContainText('Reached with one command (par 1).', { timeout: 60_000 })
  expect((await new AxeBuilder({ page }).include('section[aria-label="Level"]').analyze()).violations).toEqual([])

  await page.reload()
  await expect(page.getByRole('region', { name: 'What happens now' })).toBeVisible()
  await page.keyboard.press('v')
  await expect(page.getByRole('dialog').getByRole('button', { name: /No place for it/ }).getByLabel('done')).toBeVisible()
})

test('whoever acts before the scene is set acts once it is', async ({ page }) => {
  await openFilm(page)
  await page.keyboard.press('v')
  await page.getByRole('dialog').getByRole('button', { name: /^No place for it/ }).click()
  const strip = page.getByRole('region', { name: 'Level' })
  await expect(strip).toContainText('pod/db is Ready.')
  await type(page, 'kubectl label node node1 disk=ssd')
  await expect(terminal(page)).toContainText('node/node1 labeled')
  await expect(terminal(page)).not.toContainText('another future')
  // What was typed stands below what had to happen first.
  await expect(terminal(page)).toContainText(/kubectl apply[^]*created[^]*kubectl label[^]*labeled/)
  await expect(strip.getByRole('status')).toContainText('Reached with one command (par 1).', { timeout: 60_000 })
})

test('an answer is given before the film shows who is right', async ({ page }) => {
  await openFilm(page)
  await page.keyboard.press('v')
  await page.getByRole('dialog').getByRole('button', { name: /^How long does it take/ }).click()
  const strip = page.getByRole('region', { name: 'Level' })
  await strip.getByRole('button', { name: 'At once' }).click()
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.keyboard.press('End')
  await expect(strip.getByRole('status')).toContainText('Not so: After about 30 seconds.')
  // Once more, from the beginning, with another answer.
  await strip.getByRole('button', { name: 'Begin again' }).click()
  await strip.getByRole('button', { name: 'After about 30 seconds' }).click()
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.keyboard.press('End')
  await expect(strip.getByRole('status')).toContainText('Right.')
})

test('the first line of a terminal is done at the moment on stage, where nothing else happens', async ({ page }) => {
  await openFilm(page)
  await page.keyboard.press('v')
  await page.getByRole('dialog').getByRole('button', { name: /^Nobody answers/ }).click()
  await page.getByRole('region', { name: 'Level' }).getByRole('button', { name: 'Play until there is something to do' }).click()
  await expect(clock(page)).toHaveText('00:00:20.000')
  await type(page, 'kubectl edit service web')
  await expect(terminal(page)).toContainText('edit-service-web.yaml is in the editor')
  await expect(clock(page)).toHaveText('00:00:20.000')
})

test('a level whose cause nobody has seen begins with the trouble, is mended on the machine, and then says what had happened', async ({ page }) => {
  await openFilm(page)
  await page.keyboard.press('v')
  await page.getByRole('dialog').getByRole('button', { name: /^A node is silent/ }).click()
  const strip = page.getByRole('region', { name: 'Level' })
  await expect(strip).toContainText('node2 is Ready.')
  await expect(page.getByRole('region', { name: 'What happens now' })).toContainText('node2 has been NotReady')
  await expect(strip.getByRole('button', { name: 'What had happened' })).toHaveCount(0)
  await expect(terminal(page)).not.toContainText('sed')
  await type(page, 'ssh node2')
  await expect(terminal(page)).toContainText('root@node2:~#')
  await type(page, 'systemctl is-active kubelet')
  await expect(terminal(page)).toContainText('activating')
  await expect(page.getByRole('region', { name: 'What happens now' })).toContainText('Somebody types into ssh node2: systemctl is-active kubelet')
  await type(page, 'sed -i s/CA.crt/ca.crt/ /var/lib/kubelet/config.yaml && systemctl restart kubelet')
  await expect(strip.getByRole('status')).toContainText('Reached.', { timeout: 60_000 })
  await page.keyboard.press('Escape')
  await strip.getByRole('button', { name: 'What had happened' }).click()
  await expect(page.getByText(/^ssh node2 "sed -i .*CA\.crt/)).toBeVisible()
})
