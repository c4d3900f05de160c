import { expect, test } from 'vitest'
import { imageExists, lookupImage } from '../images.ts'
import { Lab } from '../testing/lab.ts'
import { versionOf } from './versions.ts'

test.each([
  ['nginx', 'nginx:1.14', '1.14.2'],
  ['nginx', 'nginx:1.7.9', '1.7.9'],
  ['nginx', 'nginx:1.25-alpine', '1.25.5'],
  ['nginx', 'nginx:stable-alpine', '1.28.0'],
  ['mysql', 'mysql:8', '8.4.7'],
  ['node', 'node:lts-slim', '24.11.1'],
  ['ubuntu', 'ubuntu:focal', '20.04'],
  ['python', 'mycorp/app:1.0', '3.14.0'],
])('%s in %s is %s', (name, reference, version) => expect(versionOf(name, lookupImage(reference)!)).toBe(version))

test.each([
  ['nginx:1.14.2', ['nginx', '-v'], 'nginx version: nginx/1.14.2'],
  ['redis:5.0.4', ['redis-server', '--version'], 'Redis server v=5.0.4'],
  ['httpd:2.4.43', ['httpd', '-v'], 'Server version: Apache/2.4.43 (Unix)'],
  ['python:3.9-slim', ['python', '--version'], 'Python 3.9.25'],
  ['node:16-alpine', ['node', '--version'], 'v16.20.2'],
  ['alpine:3.12', ['cat', '/etc/alpine-release'], '3.12.12'],
  ['ubuntu:20.04', ['cat', '/etc/os-release'], 'PRETTY_NAME="Ubuntu 20.04 LTS"'],
  ['debian:buster-slim', ['cat', '/etc/os-release'], 'PRETTY_NAME="Debian GNU/Linux 10 (buster)"'],
  ['centos:7', ['cat', '/etc/redhat-release'], 'CentOS Linux release 7.9.2009 (Core)'],
])('%s says so: %s', (image, command, text) => {
  const lab = new Lab({ image, command }).start().run(5000)
  expect(lab.output).toContain(text)
})

test.each(['rabbitmq:3-management', 'wordpress:5.1.1-php7.3-apache', 'ubuntu:trusty', 'luksa/fortune:env', 'docker.elastic.co/elasticsearch/elasticsearch:7.17.0'])('there is %s', (reference) =>
  expect(imageExists(reference)).toBe(true),
)
test.each(['nginx:1.161', 'nginx:latestt', 'redis:99'])('there is no %s', (reference) => expect(imageExists(reference)).toBe(false))
