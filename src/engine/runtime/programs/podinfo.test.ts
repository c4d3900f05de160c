import { describe, expect, it, test } from 'vitest'
import { Lab } from '../testing/lab.ts'

describe('podinfo', () => {
  const started = (args: string[] = [], env: Record<string, string> = {}): Lab => new Lab({ image: 'ghcr.io/stefanprodan/podinfo:6.9.2', command: ['./podinfo', ...args], env }).start().until(1000)
  const status = (lab: Lab, path: string, port = 9898): unknown => (lab.get(path, { port }) as { status?: number }).status

  test('tells of itself', () => {
    const lab = started(['--port=9000'], { PODINFO_UI_COLOR: '#123456', PODINFO_PORT: 'tcp://10.96.0.7:9898' })
    expect(JSON.parse(lab.exec(['curl', '-s', 'localhost:9000']).stdout)).toMatchObject({ hostname: 'web', version: '6.9.2', color: '#123456', message: 'greetings from podinfo v6.9.2' })
    expect(lab.exec(['curl', '-s', 'localhost:9000/env']).stdout).toContain('"PODINFO_UI_COLOR=#123456"')
    expect(lab.exec(['curl', '-s', '-X', 'POST', '-d', 'hi', 'localhost:9000/echo']).stdout).toBe('hi')
  })

  test('is ready as it is told, and its probes say so', () => {
    const lab = started()
    const check = (kind: string, address: string): number => lab.exec(['podcli', 'check', kind, address]).exitCode
    expect([status(lab, '/readyz'), check('http', 'localhost:9898/readyz')]).toEqual([200, 0])
    lab.exec(['curl', '-s', '-X', 'POST', 'localhost:9898/readyz/disable'])
    expect([status(lab, '/readyz'), status(lab, '/healthz'), check('http', 'localhost:9898/readyz'), check('tcp', 'localhost:9898'), check('tcp', 'localhost:1')]).toEqual([503, 200, 1, 0, 1])
  })

  it.each([['/status/418', 418], ['/api/info', 200], ['/metrics', 200], ['/nope', 404]])('%s: %i', (path, code) => expect(status(started(), path)).toBe(code))

  test('panics when it is told to', () => {
    const lab = started()
    lab.exec(['curl', '-s', 'localhost:9898/panic'])
    lab.until(2000)
    expect(lab.exit?.exitCode).toBe(255)
  })
})

describe('wordpress', () => {
  const started = (withDatabase: boolean): Lab => {
    const lab = new Lab({ image: 'wordpress:6-apache', env: { WORDPRESS_DB_HOST: 'db', WORDPRESS_DB_NAME: 'wp' } })
    if (withDatabase) lab.neighbour('db', { image: 'mysql:9', env: { MYSQL_ROOT_PASSWORD: 'p' } })
    return lab.start().until(20_000)
  }

  it.each([['/', 302], ['/wp-admin/install.php', 200], ['/wp-login.php', 302], ['/nope', 404]])('with its database, %s: %i', (path, code) => expect(started(true).get(path)).toMatchObject({ status: code }))
  it.each(['/', '/wp-admin/install.php'])('without it, %s: 500', (path) => expect(started(false).get(path)).toMatchObject({ status: 500, body: expect.stringContaining('Error establishing a database connection') }))
  test('copies itself into its volume', () => expect(started(true).output).toMatch(/^WordPress not found in \/var\/www\/html - copying now\.\.\.\nComplete! WordPress has been successfully copied to \/var\/www\/html\nNo 'wp-config\.php' found in .*\(WORDPRESS_DB_HOST WORDPRESS_DB_NAME\)\n/))
})
