// Makes `npm start` and `npm test` work alone on a fresh clone: installs the packages when they are
// missing or are not those of package-lock.json. Plain Node, because there may be no node_modules yet.

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureSchema } from './ensure-schema.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const lockPath = join(root, 'package-lock.json')
const stampPath = join(root, 'node_modules/.podreel-stamp')

/** Equal stamps mean that an installation can be used as it is. */
function wantedStamp() {
  const lock = createHash('sha256').update(readFileSync(lockPath)).digest('hex')
  return `${lock} ${process.platform} ${process.arch} abi${process.versions.modules}\n`
}

/**
 * Whether an installation without our stamp (`npm ci` or `npm install` by hand) is what we would install:
 * npm leaves a lock file of what it did. Installing again would cost a minute for nothing.
 */
function installedByHand() {
  const donePath = join(root, 'node_modules/.package-lock.json')
  if (!existsSync(donePath)) return false
  const wanted = JSON.parse(readFileSync(lockPath, 'utf8')).packages
  const done = JSON.parse(readFileSync(donePath, 'utf8')).packages
  const isHere = (entry) =>
    (entry.os?.includes(process.platform) ?? true) && (entry.cpu?.includes(process.arch) ?? true)
  if (!Object.values(done).every(isHere)) return false // copied from another kind of machine
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '' || (entry.optional && !done[path])) return true
    return done[path]?.version === entry.version
  })
}

function install() {
  // `--include=dev`, since NODE_ENV=production would leave out what builds and tests the page.
  const args = ['ci', '--include=dev']
  console.log(`podreel: installing packages (npm ${args.join(' ')})`)
  // npm names its own script when it runs us, which spares us looking for npm.cmd and the like.
  const npm = process.env.npm_execpath
  const { status, error } = npm?.endsWith('.js')
    ? spawnSync(process.execPath, [npm, ...args], { cwd: root, stdio: 'inherit' })
    : spawnSync('npm', args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' })
  if (error) throw error
  if (status !== 0) throw new Error(`npm ${args.join(' ')} failed (exit code ${status}): see above`)
}

function main() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new Error(`Node ${process.versions.node} is too old: Podreel needs 20.19 or newer (https://nodejs.org)`)
  }
  const stamp = wantedStamp()
  if (!existsSync(stampPath) || readFileSync(stampPath, 'utf8') !== stamp) {
    if (existsSync(stampPath) || !installedByHand()) install()
    writeFileSync(stampPath, stamp)
  }
  ensureSchema()
}

try {
  main()
} catch (error) {
  console.error(`podreel: ${error.message}`)
  process.exitCode = 1
}
