// Adds up what a visitor loads before the first paint (page) and before the first step (engine worker), as
// gzip would send it, and fails when it is more than PAGE or WORKER allow. Run after `vite build`.
// `--list` prints the parts.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { parseSync } from 'vite'

const PAGE_KB = 250
// What the worker begins with: it shows the world and takes the first command into the API server. The parts of the engine that it
// imports later (src/worker/parts.ts) follow by themselves; how large they are is shown, and limited by nothing but good sense.
const WORKER_KB = 90

const dist = join(dirname(dirname(fileURLToPath(import.meta.url))), process.env.PODREEL_DIST ?? 'dist')

/** The file and all that it imports statically: what comes with it whether or not it is wanted yet. With `late`, also what follows. */
function closure(path, seen = new Set(), late = false) {
  if (seen.has(path) || !existsSync(path)) return seen
  seen.add(path)
  if (!path.endsWith('.js')) return seen
  const { module } = parseSync(path, readFileSync(path, 'utf8'))
  const sources = [
    ...module.staticImports.map((found) => found.moduleRequest.value),
    ...module.staticExports.flatMap(({ entries }) => entries.map((entry) => entry.moduleRequest?.value)),
  ]
  if (late) for (const { moduleRequest } of module.dynamicImports) sources.push(textAt(path, moduleRequest))
  for (const source of sources) if (source?.startsWith('.')) closure(join(dirname(path), source), seen, late)
  return seen
}

/** What stands between the quotes of `import('...')`. */
function textAt(path, { start, end }) {
  return readFileSync(path, 'utf8').slice(start + 1, end - 1)
}

function sizeKb(path) {
  return gzipSync(readFileSync(path), { level: 9 }).length / 1000
}

function check(name, paths, limitKb) {
  const parts = [...paths].map((path) => ({ path: relative(dist, path), kb: sizeKb(path) }))
  const total = parts.reduce((kb, part) => kb + part.kb, 0)
  const ok = total <= limitKb
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${name}: ${total.toFixed(1)} kB gz of ${limitKb} kB`)
  if (!ok || process.argv.includes('--list')) {
    for (const { path, kb } of parts.sort((a, b) => b.kb - a.kb))
      console.log(`       ${kb.toFixed(1).padStart(7)} kB ${path}`)
  }
  return ok
}

function show(name, paths) {
  console.log(`       ${name}: ${[...paths].reduce((kb, path) => kb + sizeKb(path), 0).toFixed(1)} kB gz`)
}

const html = readFileSync(join(dist, 'index.html'), 'utf8')
const linked = [...html.matchAll(/<(?:script|link)[^>]*?(?:src|href)="\.\/([^"]+\.(?:js|css))"/g)].map(
  (match) => match[1],
)
const page = new Set([join(dist, 'index.html')])
for (const path of linked) closure(join(dist, path), page)

const worker = new Set()
// The editor's workers come with the editor, after the first paint.
const isEngine = (file) => /^engine\.worker-[\w-]+\.js$/.test(file)
const workers = readdirSync(join(dist, 'assets')).filter(isEngine)
for (const file of workers) closure(join(dist, 'assets', file), worker)

const results = [check('page', page, PAGE_KB), check('engine worker', worker, WORKER_KB)]
const followed = new Set()
for (const file of workers) closure(join(dist, 'assets', file), followed, true)
show('and the parts of the engine that follow', [...followed].filter((path) => !worker.has(path)))
if (workers.length === 0) console.log('FAILED engine worker: the build holds none')
process.exitCode = results.every(Boolean) && workers.length > 0 ? 0 : 1
