import { AxeBuilder } from '@axe-core/playwright'
import { playhead, terminal, type } from './stage.ts'
import { expect, test } from './test.ts'

const pod = (name: string, node: string): string => `
- apiVersion: v1
  kind: Pod
  metadata: { name: ${name}, namespace: shop, uid: uid-of-${name}, resourceVersion: "7041", creationTimestamp: "2025-05-01T08:00:00Z", labels: { app: web } }
  spec: { nodeName: ${node}, containers: [{ name: web, image: "nginx:1.27", ports: [{ containerPort: 80 }], readinessProbe: { httpGet: { path: /, port: 80 } } }] }
  status:
    phase: Running
    podIP: 192.168.${node.at(-1)}.7
    podIPs: [{ ip: 192.168.${node.at(-1)}.7 }]
    startTime: "2025-05-01T08:00:01Z"
    conditions: [{ type: Ready, status: "True", lastTransitionTime: "2025-05-01T08:00:05Z" }]
    containerStatuses:
    - { name: web, ready: true, started: true, restartCount: 3, image: "docker.io/library/nginx:1.27", imageID: "docker.io/library/nginx@sha256:1", containerID: "containerd://c-of-${name}", state: { running: { startedAt: "2025-05-02T08:00:00Z" } } }`

const dump = `apiVersion: v1
kind: List
items:${pod('one', 'worker-1')}${pod('two', 'worker-2')}
- { apiVersion: v1, kind: Service, metadata: { name: web, namespace: shop, uid: s }, spec: { clusterIP: 172.20.3.4, selector: { app: web }, ports: [{ port: 80 }] } }
- { apiVersion: v1, kind: Event, metadata: { name: one.1, namespace: shop, uid: e1 }, involvedObject: { apiVersion: v1, kind: Pod, namespace: shop, name: one, uid: uid-of-one },
    type: Warning, reason: BackOff, message: Back-off restarting failed container web, count: 7, firstTimestamp: "2025-05-02T07:50:00Z", lastTimestamp: "2025-05-02T07:59:00Z", source: { component: kubelet, host: worker-1 } }
- { apiVersion: argoproj.io/v1alpha1, kind: Rollout, metadata: { name: web, namespace: shop } }
`

test('what kubectl has printed of a cluster becomes a film: what cannot be taken is said, pods go on, and a link carries it', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.goto('./')
  await expect(playhead(page)).toBeVisible()
  await page.keyboard.press('o')
  await page.getByRole('option', { name: /Begin with a cluster of yours/ }).click()
  const dialog = page.getByRole('dialog', { name: 'Begin with a cluster of yours' })
  await expect(dialog.getByRole('button', { name: 'Open as a film' })).toBeDisabled()
  await dialog.getByRole('textbox').fill(dump)
  const report = dialog.getByRole('status').filter({ hasText: 'objects' })
  await expect(report).toContainText('2 Pod')
  await expect(report).toContainText('1 thing cannot be taken')
  await expect(report).toContainText('Rollout shop/web no matches for kind "Rollout" in version "argoproj.io/v1alpha1"')
  await expect(report).toContainText('Node worker-1 is made, since 1 pod runs there')
  await expect(report).toContainText('Namespace shop is made')
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']).analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((n) => n.html).join(' ').slice(0, 300)}`)).toEqual([])
  await dialog.getByRole('button', { name: 'Open as a film' }).click()
  await expect(page).toHaveTitle(/An imported cluster/)
  // What was told of it before stands left of its first moment; there, and as text, it leads to what it is about.
  const past = page.getByRole('img', { name: /^Before the film: 1 Event, from 10m/ })
  const { y, width } = (await past.boundingBox())!
  const lane = (await page.getByText('kubelets', { exact: true }).boundingBox())!
  const kubelets = { x: width / 4, y: lane.y + lane.height / 2 - y }
  await past.hover({ position: kubelets })
  await expect(page.getByText('Back-off restarting failed container web')).toBeVisible()
  await past.click({ position: kubelets })
  await expect(page.getByRole('complementary', { name: 'Inspector' })).toContainText('one')
  await page.getByRole('button', { name: 'As text' }).click()
  await expect(page.getByRole('dialog')).toContainText('−1m 01sWarning BackOff, Pod shop/one (×7): Back-off restarting failed container web')
  await page.keyboard.press('Escape')
  await type(page, 'kubectl get pods -n shop -o wide')
  await expect(terminal(page)).toContainText(/one +1\/1 +Running +3 .*192\.168\.1\.7 +worker-1/)
  await type(page, 'kubectl delete pod -n shop two')
  await expect(terminal(page)).toContainText('pod "two" deleted')
  // The link carries the objects and what was done, no state.
  await page.getByRole('button', { name: 'Share' }).first().click()
  const link = await page.getByRole('dialog').getByRole('textbox').first().inputValue()
  await page.goto('about:blank')
  await page.goto(link.slice(link.indexOf('#')).replace(/^/, './'))
  await expect(page).toHaveTitle(/An imported cluster/)
  // The end is that of what has been filmed so far.
  await expect(async () => {
    await page.keyboard.press('End')
    await expect(terminal(page)).toContainText('pod "two" deleted', { timeout: 500 })
  }).toPass()
})

test('a file that is dropped onto the page opens the dialog with it; one of ours opens as it is', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.goto('./')
  await expect(playhead(page)).toBeVisible()
  const drop = (name: string, text: string): Promise<void> =>
    page.evaluate(([file, words]) => {
      const data = new DataTransfer()
      data.items.add(new File([words!], file!))
      window.dispatchEvent(new DragEvent('drop', { dataTransfer: data, cancelable: true }))
    }, [name, text])
  await drop('cluster.yaml', dump)
  const dialog = page.getByRole('dialog', { name: 'Begin with a cluster of yours' })
  await expect(dialog).toContainText('cluster.yaml')
  await expect(dialog.getByRole('status').filter({ hasText: 'objects' })).toContainText('2 Pod')
  await page.keyboard.press('Escape')
  await drop('own.yaml', 'apiVersion: podreel.dev/v1\nkind: Scenario\nmetadata: { name: own }\nspec: { title: { en: Dropped here, zh: 拖来的 }, summary: { en: x, zh: x }, script: [] }\n')
  await expect(page).toHaveTitle(/Dropped here/)
})

test('a scenario among what was given is opened as it is; of a table it is said how kubectl prints objects', async ({ page }) => {
  await page.goto('./')
  await expect(playhead(page)).toBeVisible()
  await page.keyboard.press('o')
  await page.getByRole('option', { name: /Begin with a cluster of yours/ }).click()
  const dialog = page.getByRole('dialog', { name: 'Begin with a cluster of yours' })
  await dialog.getByRole('textbox').fill('NAME   READY   STATUS\nweb    1/1     Running\n')
  await expect(dialog.getByRole('status').filter({ hasText: 'objects' })).toContainText('pasted text, line 1 is no object: did kubectl print it with -o yaml or -o json?')
  const own = 'apiVersion: podreel.dev/v1\nkind: Scenario\nmetadata: { name: own }\nspec:\n  title: { en: My own, zh: "" }\n  summary: { en: It runs., zh: "" }\n  script: [{ at: 0s, kubectl: run web --image=nginx }]\n'
  await dialog.getByRole('textbox').fill(own.replace('script:', 'skript:'))
  await expect(dialog).toContainText('pasted text is a scenario of Podreel, but not a sound one')
  await dialog.getByRole('textbox').fill(own)
  await dialog.getByRole('button', { name: 'Open the scenario' }).click()
  await expect(page).toHaveTitle(/^My own · Podreel/)
})
