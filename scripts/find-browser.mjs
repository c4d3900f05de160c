// Finds a Chromium for the browser tests, or installs one.
//
// In this order: PODREEL_BROWSER, Playwright's own download, a Chrome or Chromium on this machine, then
// `playwright install chromium`, then (as root on Debian) apt's chromium. A browser counts only if it starts:
// a package may be a stub, and a download may miss system libraries.

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from '@playwright/test'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const isRoot = process.getuid?.() === 0

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'microsoft-edge']
const places = {
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ],
  win32: ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA']
    .filter((name) => process.env[name])
    .map((name) => join(process.env[name], 'Google/Chrome/Application/chrome.exe')),
}

function starts(path) {
  // On Windows `--version` opens a window instead of printing.
  if (process.platform === 'win32') return true
  const { status } = spawnSync(path, ['--version'], { timeout: 20_000, stdio: 'ignore' })
  return status === 0
}

const usable = (path) => existsSync(path) && starts(path)

function onThisMachine() {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean)
  const named = folders.flatMap((folder) => names.map((name) => join(folder, name)))
  return [...named, ...(places[process.platform] ?? [])].find(usable)
}

/** The path of a browser that starts, or undefined. */
export function findBrowser() {
  const wished = process.env.PODREEL_BROWSER
  if (wished) {
    if (usable(wished)) return wished
    throw new Error(`PODREEL_BROWSER is ${wished}, which is not there or does not start`)
  }
  const downloaded = chromium.executablePath()
  return usable(downloaded) ? downloaded : onThisMachine()
}

function attempt(command, args, timeoutMs) {
  console.log(`podreel: no browser yet, trying: ${[command, ...args].join(' ')}`)
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit', timeout: timeoutMs })
  return status === 0
}

/** The path of a browser that starts, installed if there was none. */
export function ensureBrowser() {
  const found = findBrowser()
  if (found) return found

  const playwright = join(root, 'node_modules/@playwright/test/cli.js')
  attempt(process.execPath, [playwright, 'install', '--no-shell', 'chromium'], 300_000)
  if (isRoot && existsSync('/etc/debian_version') && !findBrowser()) {
    if (attempt('apt-get', ['update'], 120_000)) {
      attempt('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], 600_000)
    }
    // Ubuntu's chromium is a stub: then it is the download that lacks libraries.
    if (!findBrowser()) attempt(process.execPath, [playwright, 'install-deps', 'chromium'], 600_000)
  }
  const installed = findBrowser()
  if (installed) return installed
  throw new Error('no browser for the tests: install Chrome or Chromium, or set PODREEL_BROWSER to its path')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(ensureBrowser())
