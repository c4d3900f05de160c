import type { Page } from '@playwright/test'
import { openFilm, playhead, stepNumber, terminal } from './stage.ts'
import { expect, test } from './test.ts'

const line = (page: Page) => terminal(page).getByRole('textbox')
const printed = (page: Page) => terminal(page).getByRole('group', { name: 'What the commands have printed' })

async function run(page: Page, text: string): Promise<void> {
  await line(page).fill(text)
  await line(page).press('Enter')
  await expect(line(page)).toHaveValue('')
}

/** The film of the first scenario, filmed to its end. */
test.beforeEach(async ({ page }) => openFilm(page))

test('shows what had been printed up to the moment on stage', async ({ page }) => {
  await expect(printed(page)).toHaveText('')
  await page.keyboard.press('End')
  // Only the lines in sight are drawn.
  await expect(printed(page)).toContainText('$ kubectl delete pod test-nginx-pod')
  await expect(printed(page)).toContainText(`Error from server (NotFound): pods "test-nginx-pod" not found`)
  await page.keyboard.press('Home')
  await expect(printed(page)).toHaveText('')
  for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowRight')
  await expect(printed(page)).toHaveText('$ kubectl apply -f nginx-pod.yaml')
})

test('looking at the past leaves the film as it is; acting there forks it and says so', async ({ page }) => {
  for (let i = 0; i < 8; i++) await page.keyboard.press(']')
  for (let i = 0; i < 12; i++) await page.keyboard.press('Shift+ArrowRight')
  const length = await playhead(page).getAttribute('aria-valuemax')
  await run(page, 'kubectl get nodes')
  await expect(printed(page)).toContainText(/node1\s+Ready/)
  expect(await playhead(page).getAttribute('aria-valuemax')).toBe(length)
  await run(page, 'kubectl delete pod test-nginx-pod')
  await expect(printed(page)).toContainText('another future begins here')
  await expect(printed(page)).toContainText('pod "test-nginx-pod" deleted from default namespace')
  // What was typed goes with its moment.
  await line(page).press('Escape')
  // One step back pauses.
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('Home')
  await expect(printed(page)).toHaveText('')
})

test('a command at the end of the film becomes part of it', async ({ page }) => {
  await page.keyboard.press('End')
  const before = await stepNumber(page)
  await run(page, 'k get pods')
  await expect(printed(page)).toContainText('No resources found in default namespace.')
  expect(await stepNumber(page)).toBeGreaterThan(before)
  await page.keyboard.press('Escape')
  await page.keyboard.press('Home')
  await page.keyboard.press('End')
  await expect(printed(page)).toContainText('No resources found in default namespace.')
})

test('the keys that people have in their fingers', async ({ page }) => {
  await page.keyboard.press('/')
  await expect(line(page)).toBeFocused()
  await run(page, 'kubectl get nodes')
  await run(page, 'kubectl get namespaces')
  await line(page).press('ArrowUp')
  await line(page).press('ArrowUp')
  await expect(line(page)).toHaveValue('kubectl get nodes')
  await line(page).press('ArrowDown')
  await expect(line(page)).toHaveValue('kubectl get namespaces')
  await line(page).press('Control+w')
  await line(page).press('Control+a')
  await line(page).press('Control+k')
  await expect(line(page)).toHaveValue('')
  await line(page).press('Control+y')
  await expect(line(page)).toHaveValue('kubectl get ')
  await line(page).press('Control+u')
  await line(page).press('Control+r')
  await page.keyboard.type('nodes')
  await expect(terminal(page).getByRole('status').first()).toContainText('search: kubectl get nodes')
  await line(page).press('ArrowRight')
  await expect(line(page)).toHaveValue('kubectl get nodes')
  await line(page).press('Control+c')
  await expect(printed(page)).toContainText('$ kubectl get nodes^C')
  await line(page).press('Control+l')
  await expect(printed(page)).toHaveText('')
  await page.keyboard.type('x')
  await line(page).press('Shift+Tab')
  await expect(line(page)).not.toBeFocused()
})

test('Tab completes verbs, kinds, names, namespaces, flags and files', async ({ page }) => {
  for (let i = 0; i < 12; i++) await page.keyboard.press('Shift+ArrowRight')
  const complete = async (text: string): Promise<void> => {
    await line(page).fill(text)
    await line(page).press('Tab')
  }
  await complete('kubectl desc')
  await expect(line(page)).toHaveValue('kubectl describe ')
  await complete('k get nod')
  await expect(line(page)).toHaveValue('k get nodes ')
  await complete('k delete pod te')
  await expect(line(page)).toHaveValue('k delete pod test-nginx-pod ')
  await complete('k get pods -n kube-n')
  await expect(line(page)).toHaveValue('k get pods -n kube-node-lease ')
  await complete('k get pods -o js')
  await expect(line(page)).toHaveValue(/-o json/)
  await complete('k get pods --all-n')
  await expect(line(page)).toHaveValue('k get pods --all-namespaces ')
  await complete('clear; k apply -f ng')
  await expect(line(page)).toHaveValue('clear; k apply -f nginx-pod.yaml ')
  await complete('k get pod')
  await expect(terminal(page).getByRole('button', { name: 'podtemplates' })).toBeVisible()
})

test('several commands, pipes, files and here-documents', async ({ page }) => {
  await run(page, 'ls; cat nginx-pod.yaml | grep image && echo found || echo lost')
  await expect(printed(page)).toContainText('nginx-pod.yaml')
  await expect(printed(page)).toContainText('image: nginx')
  await expect(printed(page)).toContainText('found')
  await run(page, 'kubectl get nodes | grep -v NAME | wc -l')
  await expect(printed(page).getByText('3', { exact: true })).toBeVisible()
  await line(page).fill(
    'cat <<EOF | kubectl apply -f -\napiVersion: v1\nkind: Pod\nmetadata: {name: here}\nspec:\n  containers: [{name: a, image: nginx}]',
  )
  await line(page).press('Control+End')
  await line(page).press('Enter')
  await page.keyboard.type('EOF')
  await line(page).press('Enter')
  await expect(printed(page)).toContainText('pod/here created')
  await run(page, 'kubectl run quick --image=nginx --dry-run=client -o yaml > quick.yaml; kubectl apply -f quick.yaml')
  await expect(page.getByRole('tab', { name: /quick.yaml/ })).toBeVisible()
  await run(page, 'nosuch')
  await expect(printed(page)).toContainText('bash: nosuch: command not found')
})

test('-w prints as time passes, until Ctrl+C', async ({ page }) => {
  // As fast as it goes.
  for (let i = 0; i < 8; i++) await page.keyboard.press(']')
  await run(page, 'kubectl apply -f nginx-pod.yaml; kubectl get pods -w')
  await expect(printed(page)).toContainText(/test-nginx-pod\s+0\/1\s+ContainerCreating/, { timeout: 30_000 })
  await expect(terminal(page).getByText('kubectl get pods -w runs')).toBeVisible()
  await expect(printed(page)).toContainText(/test-nginx-pod\s+1\/1\s+Running/, { timeout: 40_000 })
  await line(page).press('Control+c')
  await expect(printed(page)).toContainText('^C')
  await expect(terminal(page).getByText('kubectl get pods -w runs')).not.toBeVisible()
})

test('watch asks again and again', async ({ page }) => {
  await page.keyboard.press('End')
  await line(page).fill('watch kubectl get nodes')
  await line(page).press('Enter')
  const screen = terminal(page).getByRole('region', { name: 'kubectl get nodes' })
  await expect(screen).toContainText('Every 2.0 s: kubectl get nodes')
  await expect(screen).toContainText(/node3\s+Ready/)
  await page.keyboard.press('Control+c')
  await expect(screen).not.toBeVisible()
})

test('kubectl says what is wrong, in its own words', async ({ page }) => {
  await run(page, 'kubectl get frobs; kubectl gett pods; kubectl get pod x --show-label; kubectl apply -f nope.yaml')
  await expect(printed(page)).toContainText(`error: the server doesn't have a resource type "frobs"`)
  await expect(printed(page)).toContainText('error: unknown command "gett" for "kubectl"')
  await expect(printed(page)).toContainText('error: unknown flag: --show-label')
  await expect(printed(page)).toContainText('error: the path "nope.yaml" does not exist')
})
