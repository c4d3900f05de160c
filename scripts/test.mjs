// `npm test`: every check of the project, one part after another. A part that fails does not stop the
// others, is named at the end, and makes the exit code 1. `npm test -- lint unit` runs only these parts.

import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const results = join(root, 'test-results')

const bin = {
  tsc: 'node_modules/typescript/bin/tsc',
  oxlint: 'node_modules/oxlint/bin/oxlint',
  vite: 'node_modules/vite/bin/vite.js',
  vitest: 'node_modules/vitest/vitest.mjs',
  playwright: 'node_modules/@playwright/test/cli.js',
}

/** @returns {boolean} whether it ended well */
function run(script, args, env = {}) {
  const { status, error } = spawnSync(process.execPath, [join(root, script), ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  })
  if (error) console.error(error.message)
  return status === 0
}

/** A program that only says yes or no is one check. */
function check(script, args) {
  return run(script, args) ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }
}

function sum(...counts) {
  return counts.reduce((a, b) => ({ passed: a.passed + b.passed, failed: a.failed + b.failed }))
}

/** Runs something that writes a report, and counts what the report says. */
function counted(name, start, read) {
  const path = join(results, `${name}.json`)
  rmSync(path, { force: true })
  const ok = start(path)
  let count = { passed: 0, failed: 0 }
  try {
    count = read(JSON.parse(readFileSync(path, 'utf8')))
  } catch (error) {
    console.error(`podreel: no report of ${name}: ${error.message}`)
  }
  // It may fail beside the tests: a file that does not load, an error that nobody caught, nothing to run.
  if (!ok && count.failed === 0) count.failed = 1
  return count
}

function vitest(project) {
  return counted(
    project,
    (path) => {
      const report = ['--reporter=default', '--reporter=json', `--outputFile.json=${path}`]
      return run(bin.vitest, ['run', '--project', project, ...report], { NODE_ENV: 'test' })
    },
    (report) => ({ passed: report.numPassedTests, failed: report.numFailedTests }),
  )
}

function playwright() {
  const env = (path) => ({ PODREEL_BUILT: '1', PLAYWRIGHT_JSON_OUTPUT_NAME: path })
  return counted(
    'browser',
    (path) => run(bin.playwright, ['test', '--reporter=list,json'], env(path)),
    ({ stats }) => ({ passed: stats.expected + stats.flaky, failed: stats.unexpected }),
  )
}

const parts = {
  types: () =>
    sum(
      check(bin.tsc, ['--noEmit', '-p', 'tsconfig.json']),
      check(bin.tsc, ['--noEmit', '-p', 'tsconfig.engine.json']),
    ),
  lint: () => check(bin.oxlint, []),
  unit: () => vitest('unit'),
  scenarios: () => vitest('scenarios'),
  build: () => check(bin.vite, ['build', '--logLevel', 'warn']),
  size: () => check('scripts/check-size.mjs', []),
  browser: () => playwright(),
}

/** Parts that have nothing to look at when the build failed. */
const ofTheBuild = ['size', 'browser']

const wished = process.argv.slice(2)
const unknown = wished.filter((name) => !(name in parts))
if (unknown.length > 0) {
  console.error(
    `podreel: no part of the tests is called ${unknown.join(', ')}; there are ${Object.keys(parts).join(', ')}`,
  )
  process.exit(2)
}

if (wished.some((name) => ofTheBuild.includes(name))) wished.push('build')

mkdirSync(results, { recursive: true })
const outcomes = []
for (const [name, start] of Object.entries(parts)) {
  if (wished.length > 0 && !wished.includes(name)) continue
  console.log(`\n=== ${name}`)
  const startedMs = Date.now()
  const isBuilt = outcomes.every((outcome) => outcome.name !== 'build' || outcome.failed === 0)
  const canStart = isBuilt || !ofTheBuild.includes(name)
  if (!canStart) console.error('there is no build to look at')
  const count = canStart ? start() : { passed: 0, failed: 1 }
  outcomes.push({ name, ...count, seconds: (Date.now() - startedMs) / 1000 })
}

console.log('')
for (const { name, passed, failed, seconds } of outcomes) {
  const verdict = failed > 0 ? 'FAILED' : 'ok'
  console.log(`${verdict.padEnd(7)} ${name.padEnd(10)} ${passed} passed, ${failed} failed (${seconds.toFixed(1)} s)`)
}
const total = sum({ passed: 0, failed: 0 }, ...outcomes)
console.log(`${total.passed} passed, ${total.failed} failed`)
process.exitCode = total.failed > 0 ? 1 : 0
