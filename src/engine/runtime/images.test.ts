import { describe, expect, it, test } from 'vitest'
import { imageExists, imageFiles, lookupImage, NOMINAL_PULL_BYTES_PER_SECOND, normalizeReference } from './images.ts'

describe('references', () => {
  it.each([
    ['nginx', 'docker.io/library/nginx:latest'],
    ['nginx:1.27', 'docker.io/library/nginx:1.27'],
    ['luksa/kubia', 'docker.io/luksa/kubia:latest'],
    ['docker.io/nginx', 'docker.io/library/nginx:latest'],
    ['registry.k8s.io/pause:3.10', 'registry.k8s.io/pause:3.10'],
    ['localhost:5000/app', 'localhost:5000/app:latest'],
    ['registry.example.org:5000/team/app', 'registry.example.org:5000/team/app:latest'],
    [`nginx@sha256:${'a'.repeat(64)}`, `docker.io/library/nginx@sha256:${'a'.repeat(64)}`],
    [`nginx:1.27@sha256:${'c'.repeat(64)}`, `docker.io/library/nginx:1.27@sha256:${'c'.repeat(64)}`],
  ])('%s is %s', (short, full) => {
    expect(normalizeReference(short)).toMatchObject({ reference: full })
  })

  it.each([
    ['NGINX:1', 'invalid reference format: repository name (library/NGINX) must be lowercase'],
    ['nginx:', 'invalid reference format'],
    ['nginx:a b', 'invalid reference format'],
    ['Bad Image', 'invalid reference format: repository name (library/Bad Image) must be lowercase'],
    ['', 'invalid reference format'],
    ['nginx@sha256:abc', 'invalid reference format'],
    [`nginx@sha256:${'a'.repeat(40)}`, 'invalid checksum digest length'],
    [`nginx@sha256:${'A'.repeat(64)}`, 'invalid checksum digest format'],
    [`nginx@md5:${'a'.repeat(32)}`, 'unsupported digest algorithm'],
    ['a'.repeat(64), `invalid repository name (${'a'.repeat(64)}), cannot specify 64-byte hexadecimal strings`],
  ])('%s is none', (text, error) => {
    expect(normalizeReference(text)).toEqual({ error })
  })
})

describe('which images there are', () => {
  it.each([
    'nginx',
    'nginx:1',
    'nginx:1.27',
    'nginx:1.14.2',
    'nginx:1.27-alpine',
    'nginx:alpine3.20-slim',
    'nginx:stable',
    'nginxdemos/nginx-hello:plain-text',
    'envoyproxy/envoy:distroless-v1.35.0',
    'gcr.io/k8s-staging-gateway-api/echo-basic:v20231214-v1.0.0-140-gf544a46e',
    'busybox:1.36',
    'busybox:1.28',
    'alpine:3.20',
    'redis:5',
    'redis:7.2-alpine',
    'python:3',
    'python:3.12-slim-bookworm',
    'node:18-alpine',
    'postgres:16',
    'mysql:5.7',
    'mysql:8.0',
    'debian:bookworm-slim',
    'ubuntu:22.04',
    'perl:5.34.0',
    'bash:5',
    'fedora',
    'httpd:2.4',
    'golang:1.22',
    'openjdk:8-jdk-alpine',
    'registry.k8s.io/busybox:1.27.2',
    'registry.k8s.io/pause:3.1',
    'k8s.gcr.io/pause:2.0',
    'registry.k8s.io/nginx-slim:0.7',
    'registry.k8s.io/e2e-test-images/agnhost:2.40',
    'registry.k8s.io/etcd:3.5.1-0',
    'registry.k8s.io/goproxy:0.1',
    'gcr.io/google-samples/hello-app:2.0',
    'us-docker.pkg.dev/google-samples/containers/gke/hello-app:2.0',
    'ikubernetes/demoapp:v1.0',
    'luksa/kubia:v2',
    'polinux/stress',
    'vish/stress',
    'web:1.0',
    'img:1',
    'slow12:1.0',
    'myapp:v1',
    'registry.example.com:5000/team/nginx',
    'gcr.io/myproject/job-wq-2',
    'quay.io/library/busybox',
    `nginx@sha256:${'a'.repeat(64)}`,
  ])('%s exists', (reference) => {
    expect(imageExists(reference)).toBe(true)
    expect(lookupImage(reference)).toBeDefined()
  })

  it.each([
    'nginx:9.99',
    'nginx:7.7',
    'nginx:2.22',
    'nginx:nosuchtag',
    'nginx:latestt',
    'nginx:v1.27',
    'busybox:no-tag',
    'busybox:LATEST',
    'busybox:99',
    'redis:latests',
    'no-such-image',
    'nosuch',
    'nosuch:1',
    'non-existing-repo/non-existing-image:example',
    'my/image-does-not-exist',
    'app:wrong',
    'ngnix',
    'nginxx:1.27',
    'busbox',
    'ubunut:22.04',
    'NGINX:1',
    'luksa/kubia:nope',
  ])('%s does not', (reference) => {
    expect(imageExists(reference)).toBe(false)
    expect(lookupImage(reference)).toBeUndefined()
  })
})

test('what an image says of itself', () => {
  expect(lookupImage('nginx:1.27')).toMatchObject({
    reference: 'docker.io/library/nginx:1.27',
    entrypoint: ['/docker-entrypoint.sh'],
    cmd: ['nginx', '-g', 'daemon off;'],
    stopSignal: 'QUIT',
    user: '',
    exposedPorts: [{ port: 80, protocol: 'TCP' }],
  })
  expect(lookupImage('redis')).toMatchObject({ workingDir: '/data', stopSignal: 'TERM' })
  expect(lookupImage('nginxinc/nginx-unprivileged')).toMatchObject({ user: '101' })
  expect(lookupImage('somebody/something:1')).toMatchObject({ unknown: true })
})

test.each([
  ['nginx:1.27', 'nginx', 'usr/bin'],
  ['python:3.12', 'full', 'usr/bin'],
  ['ubuntu:22.04', 'debian', 'usr/bin'],
  ['python:3.12-alpine', 'languages', undefined],
  ['node:20-alpine', 'languages', undefined],
  ['redis:7-alpine', 'alpine', undefined],
])('%s stands on its distribution', (reference, userland, bin) => {
  const image = lookupImage(reference)!
  const root = imageFiles(image)
  const at = root.entries.get('bin')!
  expect([image.userland, at.kind === 'symlink' ? at.target : undefined]).toEqual([userland, bin])
  const etc = root.entries.get('etc')!
  expect(etc.kind === 'directory' && etc.entries.has('alpine-release')).toBe(bin === undefined)
})

test('digests and sizes are the same everywhere, and differ', () => {
  const [a, b] = [lookupImage('nginx:1.27')!, lookupImage('nginx:1.28')!]
  expect(a.digest).toMatch(/^sha256:[0-9a-f]{64}$/)
  expect(a.digest).not.toBe(b.digest)
  expect(lookupImage('docker.io/library/nginx:1.27')!.digest).toBe(a.digest)
  expect(lookupImage(`nginx@sha256:${'a'.repeat(64)}`)!.digest).toBe(`sha256:${'a'.repeat(64)}`)
  expect(a.sizeBytes / 1e6).toBeGreaterThan(70)
  expect(lookupImage('busybox')!.sizeBytes / 1e6).toBeLessThan(3)
  expect(lookupImage('slow12:1.0')!.sizeBytes).toBe(12 * NOMINAL_PULL_BYTES_PER_SECOND)
})
