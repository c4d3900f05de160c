import { expect, test } from 'vitest'
import { rewriteLink, rewritePage } from './proxied-pages.ts'

const prefix = '/api/v1/namespaces/default/pods/web/proxy'
const link = (text: string): string => rewriteLink(text, '10.244.1.5:80', prefix)

test.each([
  ['/a', `${prefix}/a`],
  ['/a/?q=1#top', `${prefix}/a/?q=1#top`],
  ['http://10.244.1.5:80/a', `${prefix}/a`],
  ['//10.244.1.5:80/a', `${prefix}/a`],
  [`${prefix}/a`, `${prefix}/a`],
  ['a/b', 'a/b'],
  ['#top', '#top'],
  ['http://nginx.org/', 'http://nginx.org/'],
  ['mailto:/x', 'mailto:/x'],
])('a link to %s', (given, wanted) => {
  expect(link(given)).toBe(wanted)
})

test.each([
  ['<a href="/x">test</a>', `<a href="${prefix}/x">test</a>`],
  ["<A HREF='/x' title=y>", `<a href="${prefix}/x" title="y">`],
  ['<img src=/i.png alt="/x"/>', `<img src="${prefix}/i.png" alt="/x"/>`],
  ['<script src="/s.js">if (a < b) "<a href=/x>"</script>', `<script src="${prefix}/s.js">if (a < b) "<a href=/x>"</script>`],
  ['<!-- <a href="/x"> --><p class="a&amp;b">1 < 2</p>', '<!-- <a href="/x"> --><p class="a&amp;b">1 < 2</p>'],
  ['<input disabled value="a > b">', '<input disabled="" value="a &gt; b">'],
])('%s', (given, wanted) => {
  expect(rewritePage(given, link)).toBe(wanted)
})
