import { expect, it } from 'vitest'
import type { PastEvent } from '../../playback/past.ts'
import { nearestPast, pastTicks, pastX } from './past.ts'

const scale = { startMs: 0, oldestMs: 3_600_000, width: 212 }

it('the present is at the right edge, the oldest at the left, and what is younger has more room', () => {
  expect(pastX(0, scale)).toBe(206)
  expect(pastX(-3_600_000, scale)).toBe(6)
  const minute = pastX(-60_000, scale)
  expect(minute).toBeGreaterThan(90)
  expect(minute).toBeLessThan(120)
})

it('ages stand as far apart as their words need, and none is older than what is told', () => {
  expect(pastTicks(scale).map(({ label }) => label)).toEqual(['−10 s', '−1m', '−10m', '−1h'])
  expect(pastTicks({ ...scale, width: 80 }).map(({ label }) => label)).toEqual(['−1m'])
})

it('a pointer finds what was told in its row, from the first time to the last, the latest first', () => {
  const told = (reason: string, from: number, to: number, component = 'kubelet'): PastEvent =>
    ({ event: { reason, source: { component } }, from, to, times: 1, subject: 'pods/shop/web' }) as PastEvent
  const events = [told('Pulled', -3_600_000, -600_000), told('BackOff', -3_000_000, -1000), told('Scheduled', -600_000, -600_000, 'default-scheduler')]
  const at = (id: string, kind: 'pod' | 'component') => nearestPast(events, { id, kind, y: 0, height: 17 }, pastX(-600_000, scale), scale, 4).map(({ event }) => event.reason)
  expect(at('pods/shop/web', 'pod')).toEqual(['Scheduled', 'BackOff', 'Pulled'])
  expect(at('kubelets', 'component')).toEqual(['BackOff', 'Pulled'])
  expect(at('scheduler', 'component')).toEqual(['Scheduled'])
  expect(at('pods/shop/other', 'pod')).toEqual([])
})
