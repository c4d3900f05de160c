import { expect, it, test } from 'vitest'
import '../../../kubectl/index.ts'
import { installed } from '../../testing/installed.ts'

/** Flags and variables of kubernetes/git-sync main.go (v3, v4). */
const pod = (image: string, env: Record<string, string>, args: readonly string[] = [], at = '/data'): string => JSON.stringify({
  apiVersion: 'v1', kind: 'Pod', metadata: { name: 'site', labels: { app: 'site' } },
  spec: {
    restartPolicy: 'OnFailure',
    volumes: [{ name: 'site', emptyDir: {} }],
    containers: [
      { name: 'web', image: 'nginx:1.29', volumeMounts: [{ name: 'site', mountPath: '/usr/share/nginx' }] },
      { name: 'sync', image, args, env: Object.entries(env).map(([name, value]) => ({ name, value })), volumeMounts: [{ name: 'site', mountPath: at }] },
    ],
  },
})

it.each([
  ['v4', pod('registry.k8s.io/git-sync/git-sync:v4.4.0', { GITSYNC_REPO: 'https://git.example.org/team/site.git', GITSYNC_ROOT: '/data', GITSYNC_LINK: 'html' })],
  ['v4 by flags', pod('registry.k8s.io/git-sync/git-sync:v4.4.0', {}, ['--repo=https://git.example.org/team/site', '--root', '/data', '--link=html'])],
  ['v4 where its image has its root', pod('registry.k8s.io/git-sync/git-sync:v4.4.0', { GITSYNC_REPO: 'https://git.example.org/html' }, [], '/git')],
  ['v3', pod('k8s.gcr.io/git-sync/git-sync:v3.6.3', { GIT_SYNC_REPO: 'https://git.example.org/team/site', GIT_SYNC_ROOT: '/data', GIT_SYNC_DEST: 'html' })],
])('%s puts a repository where a link says', (_, manifest) => {
  const { k } = installed(manifest)
  expect(k('exec site -c web -- curl -s localhost')).toContain('Hello there.')
  expect(k('exec site -c web -- readlink /usr/share/nginx/html')).toMatch(/^\.worktrees\/[0-9a-f]{40}\n$/)
  expect(k('get pod site --no-headers')).toMatch(/2\/2 +Running/)
})

test('once is enough, or there is nothing to bring', () => {
  const once = installed(pod('registry.k8s.io/git-sync/git-sync:v4.4.0', { GITSYNC_REPO: 'https://git.example.org/x', GITSYNC_ROOT: '/data', GITSYNC_ONE_TIME: 'true' }))
  expect(once.k(`get pod site -o jsonpath='{.status.containerStatuses[?(@.name=="sync")].state.terminated.reason}'`)).toBe('Completed')
  const none = installed(pod('registry.k8s.io/git-sync/git-sync:v4.4.0', {}))
  expect(none.k('logs site -c sync')).toContain('required flag: --repo must be specified')
})
