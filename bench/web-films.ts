import type { Scenario } from '../src/engine/index.ts'

/** The same, and then nobody does anything but look at the nodes once a minute. */
export function idling(pods: number, nodes: number): Scenario {
  const film = deployment(pods, nodes)
  const looks = Array.from({ length: 20 }, (_, i) => ({ at: (i + 1) * 60_000, kubectl: 'get nodes' }))
  return { ...film, spec: { ...film.spec, script: [...film.spec.script, ...looks], end: 21 * 60_000 } }
}

/** Somebody has typed twenty commands after the first input of a film, and written a file. */
export function edited(film: Scenario): Scenario {
  const lines = [
    'get pods', 'get pods -o wide', 'apply -f second.yaml', 'get events', 'label pod second app=web', 'get pods --show-labels', 'get nodes',
    'describe node node1', 'delete pod second --grace-period=5', 'apply -f second.yaml', 'get pods', 'get pod second -o yaml', 'logs second',
    'exec second -- ls /', 'describe pod second', 'get pods', 'delete pod second --force --grace-period=0', 'get pods', 'get events', 'get nodes',
  ]
  const second = 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: second\nspec:\n  containers:\n  - name: app\n    image: busybox:1.36\n    command: ["sleep", "600"]\n'
  const script = [...film.spec.script.slice(0, 1), ...lines.map((kubectl, i) => ({ kubectl, at: 2000 * (i + 1) }))]
  return { ...film, spec: { ...film.spec, files: { ...film.spec.files, 'second.yaml': second }, script, end: 60_000 } }
}

/** When the second image is rolled out, in ms. */
export const rolloutAtMs = 60_000

/** A Deployment of so many pods that gets another image. */
export function rollout(pods: number, nodes: number): Scenario {
  const film = deployment(pods, nodes)
  const script = [...film.spec.script, { at: rolloutAtMs, kubectl: 'set image deployment/web web=nginx:1.28' }]
  return { ...film, spec: { ...film.spec, script, end: 3 * rolloutAtMs } }
}

/** A Deployment of so many pods, from the command until all of them run. */
export function deployment(pods: number, nodes: number): Scenario {
  const manifest = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: {
      replicas: pods,
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'nginx:1.27' }] } },
    },
  }
  const title = { en: `${pods} pods`, zh: `${pods} pods` }
  return {
    apiVersion: 'podreel.dev/v1',
    kind: 'Scenario',
    metadata: { name: `pods-${pods}` },
    spec: {
      title,
      summary: title,
      cluster: { nodes, seed: 1 },
      files: { 'web.yaml': JSON.stringify(manifest) },
      script: [{ at: 0, kubectl: 'apply -f web.yaml' }],
      end: 60_000,
    },
  }
}
