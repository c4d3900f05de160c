/**
 * What only a browser can tell: first load, frames, tasks, messages. `npm run bench:web` builds the page, serves it, and measures it in
 * Chromium; prints a table against the limits and fails when a limit is missed. `-- --only <part of a name>` for some of the rows.
 */
import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { chromium } from '@playwright/test'
import type { Browser, CDPSession, Page } from '@playwright/test'
import { ensureBrowser } from '../scripts/find-browser.mjs'
import { encode } from '../src/share/index.ts'
import type { Scenario } from '../src/engine/index.ts'
import { findScenario } from '../src/scenarios/catalogue.ts'
import { servePage } from './serve.ts'
import { deployment, edited, idling, rollout, rolloutAtMs } from './web-films.ts'
import { EngineClient } from './web-worker.ts'

interface WebRow {
  name: string
  unit: string
  limit: number
  goal: number
  /** For frames a second: more is better. */
  isMore?: true
}

type Measured = Readonly<Record<string, number>>

const rows: readonly WebRow[] = [
  { name: 'first paint of the stage, throttled', unit: 'ms', limit: 2500, goal: 1200 },
  { name: 'largest paint, throttled', unit: 'ms', limit: 2500, goal: 1200 },
  { name: 'bytes of the editor before the first paint', unit: 'kB', limit: 0, goal: 0 },
  { name: 'a key until the next paint, throttled', unit: 'ms', limit: 200, goal: 50 },
  { name: 'link into a built-in film until its picture, throttled', unit: 'ms', limit: 2000, goal: 1200 },
  { name: 'link with 20 actions until its picture, throttled', unit: 'ms', limit: 2000, goal: 1200 },
  { name: 'step forward, worker to message, p95', unit: 'ms', limit: 8, goal: 4 },
  { name: 'query of a past moment, p95', unit: 'ms', limit: 16, goal: 4 },
  { name: 'Deployment of 1,000 pods on 100 nodes, worker', unit: 'ms', limit: 500, goal: 250 },
  { name: '10,000 pods on 500 nodes, worker', unit: 'ms', limit: 5000, goal: 2000 },
  { name: 'worker to page, per changed object', unit: 'B', limit: 500, goal: 250 },
  { name: 'worker to page, largest message', unit: 'kB', limit: 128, goal: 64 },
  { name: 'frames a second, 1,000 pods that move', unit: 'fps', limit: 50, goal: 60, isMore: true },
  { name: 'longest task while 1,000 pods move', unit: 'ms', limit: 100, goal: 50 },
  { name: 'frames a second, 5,000 pods drawn small', unit: 'fps', limit: 30, goal: 60, isMore: true },
  { name: 'longest task while 5,000 pods move', unit: 'ms', limit: 100, goal: 50 },
  { name: 'frames a second, 10,000 pods drawn small', unit: 'fps', limit: 30, goal: 60, isMore: true },
  { name: 'longest task while 10,000 pods move', unit: 'ms', limit: 100, goal: 50 },
  { name: 'frames a second, rollout of 100 at 1x', unit: 'fps', limit: 50, goal: 60, isMore: true },
  { name: 'longest task, rollout of 100 at 1x', unit: 'ms', limit: 100, goal: 50 },
  { name: 'frames a second, rollout of 100 at 16x', unit: 'fps', limit: 50, goal: 60, isMore: true },
  { name: 'longest task, rollout of 100 at 16x', unit: 'ms', limit: 100, goal: 50 },
  { name: 'longest task while 10,000 pods are filmed', unit: 'ms', limit: 100, goal: 50 },
  { name: 'a key until the next paint, 1,000 pods', unit: 'ms', limit: 200, goal: 50 },
  { name: 'a key until the next paint, 10,000 pods', unit: 'ms', limit: 200, goal: 50 },
  { name: 'work of the page for a step, 1,000 pods', unit: 'ms', limit: 16, goal: 4 },
  { name: 'work of the page for a step, 10,000 pods', unit: 'ms', limit: 33, goal: 4 },
  { name: 'scrub, 1,000 pods, drag to paint, p95', unit: 'ms', limit: 33, goal: 16 },
  { name: 'scrub, 10,000 pods, drag to paint, p95', unit: 'ms', limit: 33, goal: 16 },
  { name: 'paused, share of a core', unit: '%', limit: 0.2, goal: 0 },
  { name: '100 idle pods at 1x, between steps, share of a core', unit: '%', limit: 1, goal: 0.5 },
]

const { values } = parseArgs({ options: { only: { type: 'string', default: '' }, dist: { type: 'string' } } })
const wanted = (...names: string[]): boolean => names.some((name) => name.includes(values.only))

const dist = values.dist ?? 'dist'
if (values.dist === undefined) run('vite', 'build', '--logLevel', 'warn')
const address = await servePage(dist)
const browser = await chromium.launch({ executablePath: ensureBrowser(), args: ['--no-sandbox'] })
const measured: Record<string, number> = {}
const measures: Measure[] = [
  [
    [
      'first paint of the stage, throttled',
      'largest paint, throttled',
      'bytes of the editor before the first paint',
      'a key until the next paint, throttled',
    ],
    firstLoad,
  ],
  linking('link into a built-in film until its picture, throttled', findScenario('node-failure')!, '60s'),
  linking('link with 20 actions until its picture, throttled', edited(findScenario('first-pod')!), '40s'),
  [
    [
      'step forward, worker to message, p95',
      'query of a past moment, p95',
      'Deployment of 1,000 pods on 100 nodes, worker',
      '10,000 pods on 500 nodes, worker',
      'worker to page, per changed object',
      'worker to page, largest message',
    ],
    inWorker,
  ],
  crowd(1000, 'that move', true),
  crowd(5000, 'drawn small', false),
  crowd(10_000, 'drawn small', true),
  ...[1, 16].map(rolling),
  [['longest task while 10,000 pods are filmed'], filming],
  [['paused, share of a core', '100 idle pods at 1x, between steps, share of a core'], idle],
]
for (const [names, measure] of measures) if (wanted(...names)) Object.assign(measured, await measure(browser))
await browser.close()
report()
process.exit()

function run(tool: string, ...args: string[]): void {
  const { status } = spawnSync(process.execPath, [`node_modules/${tool}/bin/${tool}.js`, ...args], { stdio: 'inherit' })
  if (status !== 0) throw new Error(`${tool} ${args.join(' ')} failed`)
}

async function newPage(b: Browser): Promise<{ page: Page; cdp: CDPSession }> {
  const page = await b.newPage({ viewport: { width: 1440, height: 900 } })
  // tsx gives functions their names by this; a page has no such thing.
  await page.addInitScript('globalThis.__name = (f) => f')
  return { page, cdp: await page.context().newCDPSession(page) }
}

/** As the developer tools say it: four times slower, and fast 4G. */
async function throttle(cdp: CDPSession): Promise<void> {
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: 4 })
  await cdp.send('Network.enable')
  await cdp.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 60,
    downloadThroughput: 1_012_500,
    uploadThroughput: 168_750,
  })
}

async function firstLoad(b: Browser): Promise<Measured> {
  const { page, cdp } = await newPage(b)
  await throttle(cdp)
  await page.addInitScript(() => {
    const seen = { lcp: 0 }
    Object.assign(window, { painted: seen })
    new PerformanceObserver((list) => (seen.lcp = list.getEntries().at(-1)!.startTime)).observe({
      type: 'largest-contentful-paint',
      buffered: true,
    })
  })
  await page.goto(address)
  await filmed(page)
  const { fcp, lcp, editor } = await page.evaluate(() => {
    const firstPaint = performance.getEntriesByName('first-contentful-paint')[0]!.startTime
    const resources = performance.getEntriesByType('resource') as PerformanceResourceTiming[]
    const early = resources.filter(({ name, responseEnd }) => /Monaco|editor\./.test(name) && responseEnd <= firstPaint)
    return {
      fcp: firstPaint,
      lcp: (window as unknown as { painted: { lcp: number } }).painted.lcp,
      editor: early.reduce((kb, r) => kb + r.encodedBodySize / 1000, 0),
    }
  })
  await page.waitForTimeout(3000)
  await page.keyboard.press('Home')
  const key = quantile(await keyTimes(page, 20), 0.98)
  await page.close()
  return { [rows[0]!.name]: fcp, [rows[1]!.name]: lcp, [rows[2]!.name]: editor, [rows[3]!.name]: key }
}

/** Somebody who was never here opens a link: until the page stands at its moment and has been painted so; the median of five. */
function linking(name: string, scenario: Scenario, at: string): Measure {
  const measure = async (b: Browser): Promise<Measured> => {
    const times: number[] = []
    for (let i = 0; i < 5; i++) times.push(await pictured(b, `${address}${encode({ scenario })}&t=${at}`))
    return { [name]: quantile(times, 0.5) }
  }
  return [[name], measure]
}

async function pictured(b: Browser, link: string): Promise<number> {
  const { page, cdp } = await newPage(b)
  await throttle(cdp)
  await page.addInitScript(() => {
    const isThere = (): boolean =>
      /^[1-9]/.test(document.querySelector('[data-step-number]')?.textContent ?? '') &&
      document.querySelector('.react-flow__node') !== null &&
      document.querySelector('[data-covered]') === null
    const watch = new MutationObserver(() => {
      if (!isThere()) return
      watch.disconnect()
      const channel = new MessageChannel()
      channel.port1.onmessage = () => Object.assign(window, { pictured: performance.now() })
      requestAnimationFrame(() => channel.port2.postMessage(0))
    })
    watch.observe(document, { subtree: true, childList: true, attributes: true, characterData: true })
  })
  await page.goto(link, { waitUntil: 'commit' })
  const time = await page.waitForFunction(() => (window as unknown as { pictured?: number }).pictured, undefined, { timeout: 60_000, polling: 200 })
  const ms = (await time.jsonValue())!
  await page.close()
  return ms
}

async function inWorker(b: Browser): Promise<Measured> {
  const { page } = await newPage(b)
  await page.goto(`${address}favicon.svg`)
  const engine = await EngineClient.open(page, dist)
  const warm = await engine.film(deployment(100, 10), 60_000)
  await engine.film(deployment(100, 10), 60_000)
  const steps = await engine.times(
    'advance',
    Array.from({ length: 200 }, () => [{ steps: 1, budgetMs: 10 }]),
    deployment(1000, 100),
  )
  const queries = await engine.times(
    'query',
    Array.from({ length: 100 }, (_, i) => ['get pods web-0', { step: (i * 37) % warm.steps }]),
  )
  const thousand = await engine.film(deployment(1000, 100), 60_000)
  const many = await engine.film(deployment(10_000, 500), 120_000)
  await page.close()
  return {
    'step forward, worker to message, p95': quantile(steps, 0.95),
    'query of a past moment, p95': quantile(queries, 0.95),
    'Deployment of 1,000 pods on 100 nodes, worker': thousand.readyMs,
    '10,000 pods on 500 nodes, worker': many.readyMs,
    'worker to page, per changed object': thousand.bytesOfChanges / thousand.changes,
    'worker to page, largest message': thousand.largestMessage / 1000,
  }
}

type Measure = [names: string[], measure: (browser: Browser) => Promise<Measured>]

/** Plays through the middle of a film in which so many pods start, and counts frames; `byHand`: steps and scrubs through it, too. */
function crowd(pods: number, how: string, byHand: boolean): Measure {
  const many = pods.toLocaleString('en')
  const fps = `frames a second, ${many} pods ${how}`
  const task = `longest task while ${many} pods move`
  const key = `a key until the next paint, ${many} pods`
  const work = `work of the page for a step, ${many} pods`
  const drag = `scrub, ${many} pods, drag to paint, p95`
  const measure = async (b: Browser): Promise<Measured> => {
    const { page, cdp } = await newPage(b)
    await open(page, deployment(pods, Math.ceil(pods / 10)), '1s')
    const seen = await played(page, 16)
    if (!byHand) return closed(page, { [fps]: seen.fps, [task]: seen.longest })
    const before = await taskSeconds(cdp)
    const keys = await keyTimes(page, 40)
    const steps = (await taskSeconds(cdp)) - before
    return closed(page, {
      [fps]: seen.fps,
      [task]: seen.longest,
      [key]: quantile(keys, 0.98),
      [work]: (steps * 1000) / keys.length,
      [drag]: quantile(await dragTimes(page, 40), 0.95),
    })
  }
  return [byHand ? [fps, task, key, work, drag] : [fps, task], measure]
}

/** A Deployment of 100 gets another image. */
function rolling(speed: number): Measure {
  const fps = `frames a second, rollout of 100 at ${speed}x`
  const task = `longest task, rollout of 100 at ${speed}x`
  const measure = async (b: Browser): Promise<Measured> => {
    const { page } = await newPage(b)
    await open(page, rollout(100, 10), `${rolloutAtMs / 1000 + 1}s`)
    const seen = await played(page, speed)
    return closed(page, { [fps]: seen.fps, [task]: seen.longest })
  }
  return [[fps, task], measure]
}

/** At a moment of a film that is made to its end. */
async function open(page: Page, scenario: Scenario, at: string): Promise<void> {
  await page.goto(`${address}${encode({ scenario })}&t=${at}`)
  await filmed(page)
  await page.waitForTimeout(2000)
}

async function closed(page: Page, seen: Measured): Promise<Measured> {
  await page.close()
  return seen
}

/** Plays for six seconds; the speed is 1 or 16. */
async function played(page: Page, speed: number): Promise<{ fps: number; longest: number }> {
  for (let at = 1; at < speed; at *= 2) await page.keyboard.press(']')
  await page.keyboard.press(' ')
  await page.waitForTimeout(1000)
  const seen = await frames(page, 6000)
  await page.keyboard.press(' ')
  return seen
}

/** The longest task from the click until the whole film is there. */
async function filming(b: Browser): Promise<Measured> {
  const { page } = await newPage(b)
  await page.goto(address)
  await filmed(page)
  await page.waitForTimeout(2000)
  const hash = encode({ scenario: deployment(10_000, 500) })
  const watched = frames(page, 20_000)
  await page.evaluate((to) => (location.hash = to), hash)
  const { longest } = await watched
  await page.close()
  return { 'longest task while 10,000 pods are filmed': longest }
}

async function idle(b: Browser): Promise<Measured> {
  const { page, cdp } = await newPage(b)
  await page.goto(`${address}${encode({ scenario: idling(100, 10) })}&t=61s`)
  await filmed(page)
  await page.waitForTimeout(4000)
  // Three times: in one of them the garbage of the film may be collected.
  const paused: number[] = []
  while (paused.length < 3) paused.push(await busyShare(page, cdp, 3000))
  await page.keyboard.press(' ')
  const playing: number[] = []
  while (playing.length < 8) {
    const step = await restingAt(page)
    const share = await busyShare(page, cdp, 800)
    if ((await stepOf(page)) === step) playing.push(share)
  }
  await page.close()
  return {
    'paused, share of a core': quantile(paused, 0.5) * 100,
    '100 idle pods at 1x, between steps, share of a core': (playing.reduce((sum, share) => sum + share) / playing.length) * 100,
  }
}

/** How much of a core the page's own thread takes: time on the core, whatever else the machine does. */
async function busyShare(page: Page, cdp: CDPSession, ms: number): Promise<number> {
  const before = await taskSeconds(cdp)
  await page.waitForTimeout(ms)
  return ((await taskSeconds(cdp)) - before) / (ms / 1000)
}

function stepOf(page: Page): Promise<string | null> {
  return page.getByRole('slider', { name: /Playhead/ }).getAttribute('aria-valuenow')
}

/** Nothing is to be seen for a while, of a minute folded into 1.4 s; and what followed the last step is drawn. */
async function restingAt(page: Page): Promise<string | null> {
  for (let before: string | null = ''; ; ) {
    const now = await stepOf(page)
    if (now === before) return now
    before = now
    await page.waitForTimeout(400)
  }
}

/** Time that the page's own thread has spent on the core, in s. */
async function taskSeconds(cdp: CDPSession): Promise<number> {
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' })
  return (await cdp.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'TaskDuration')!.value
}

/** Until the whole script is filmed: there is a slider, and nothing left to stop. */
async function filmed(page: Page): Promise<void> {
  const slider = page.getByRole('slider', { name: /Playhead/ })
  const stopFilming = page.getByTitle('Stop filming')
  for (let i = 0; i < 480; i++) {
    const steps = Number(await slider.getAttribute('aria-valuemax', { timeout: 60_000 }))
    if (steps > 0 && (await stopFilming.count()) === 0) return
    await page.waitForTimeout(250)
  }
  throw new Error('the film does not come to an end')
}

function frames(page: Page, forMs: number): Promise<{ fps: number; longest: number }> {
  return page.evaluate(
    (ms) =>
      new Promise<{ fps: number; longest: number }>((resolve) => {
        let count = 0
        let longest = 0
        new PerformanceObserver((list) => {
          for (const { duration } of list.getEntries()) longest = Math.max(longest, duration)
        }).observe({ type: 'longtask' })
        const start = performance.now()
        const tick = (now: number): void => {
          count++
          if (now - start < ms) requestAnimationFrame(tick)
          else resolve({ fps: (count - 1) / ((now - start) / 1000), longest })
        }
        requestAnimationFrame(tick)
      }),
    forMs,
  )
}

/** From a key that steps to the frame that shows it, in ms; forwards and backwards. */
async function keyTimes(page: Page, times: number): Promise<number[]> {
  const seen = await paintTimes(page, 'keydown')
  for (let i = 0; i < times; i++) {
    await page.keyboard.press(i % 4 === 3 ? 'ArrowLeft' : 'ArrowRight')
    await page.waitForTimeout(60)
  }
  return seen()
}

/** From a move of the pointer that drags the playhead to the frame that shows it, in ms; over all of the film and back. */
async function dragTimes(page: Page, times: number): Promise<number[]> {
  const { x, y, width } = (await page.getByRole('slider', { name: /Playhead/ }).boundingBox())!
  await page.mouse.move(x + 20, y + 20)
  await page.mouse.down()
  const seen = await paintTimes(page, 'pointermove')
  for (let i = 1; i <= times; i++) {
    await page.mouse.move(x + 20 + (width - 40) * Math.abs(Math.sin((i * Math.PI) / times)), y + 20)
    await page.waitForTimeout(60)
  }
  await page.mouse.up()
  return seen()
}

/** How long each of these events waits for its frame, from now until it is asked, in ms. */
async function paintTimes(page: Page, type: 'keydown' | 'pointermove'): Promise<() => Promise<number[]>> {
  await page.evaluate((name) => {
    const seen: number[] = []
    Object.assign(window, { seen })
    const onEvent = (event: Event): void => {
      const channel = new MessageChannel()
      channel.port1.onmessage = () => seen.push(performance.now() - event.timeStamp)
      requestAnimationFrame(() => channel.port2.postMessage(0))
    }
    addEventListener(name, onEvent, true)
    Object.assign(window, { stopSeeing: () => removeEventListener(name, onEvent, true) })
  }, type)
  return () =>
    page.evaluate(() => {
      const { seen, stopSeeing } = window as unknown as { seen: number[]; stopSeeing: () => void }
      stopSeeing()
      return seen
    })
}

function quantile(times: readonly number[], share: number): number {
  const sorted = times.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN
}

function report(): void {
  const shown = (n: number): string => (n >= 100 ? n.toFixed(0) : n.toFixed(n >= 10 ? 1 : 2))
  let missed = false
  for (const { name, unit, limit, goal, isMore } of rows) {
    const value = measured[name]
    if (value === undefined) continue
    const within = isMore === true ? value >= limit : value <= limit
    if (!within) missed = true
    console.log(
      `${within ? 'ok    ' : 'MISSED'} ${name.padEnd(52)} ${shown(value).padStart(8)} ${unit.padEnd(3)}  limit ${limit}, goal ${goal}`,
    )
  }
  if (missed) process.exitCode = 1
}
