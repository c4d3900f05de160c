import { describe, expect, it, test } from 'vitest'
import { CpuQuota, CpuTime } from './cpu.ts'

describe('a CPU limit: so much in every 100 ms', () => {
  it.each([
    ['within the quota nothing is held up', 500, 0, 20_000, 20],
    ['half a CPU: 50 ms now, the rest in the next period', 500, 0, 60_000, 110],
    ['a long computation takes twice as long', 500, 0, 1_000_000, 1_950],
    ['a tenth', 100, 0, 100_000, 910],
    ['two CPUs do not make one process faster', 2_000, 0, 150_000, 150],
    ['it begins where it is', 500, 130, 20_000, 150],
  ])('%s', (_, limit, now, us, finish) => {
    expect(new CpuQuota(limit).finish(now, us)).toBeCloseTo(finish, 5)
  })

  test('the quota is shared, and comes back', () => {
    const quota = new CpuQuota(500)
    expect([quota.finish(0, 30_000), quota.finish(0, 30_000), quota.finish(250, 30_000)]).toEqual([30, 110, 280])
    expect(quota.throttledUs).toBe(80_000)
  })

  test('without a limit nothing is counted', () => {
    expect(new CpuQuota(undefined).finish(5, 123_456)).toBeCloseTo(128.456, 5)
  })
})

describe('quanta', () => {
  test('grow while a process only computes', () => {
    const cpu = new CpuTime()
    const quanta: number[] = []
    for (let i = 0; i < 10; i++) {
      while (!cpu.exhausted) cpu.charge(10)
      quanta.push(cpu.settle())
    }
    expect(quanta).toEqual([1, 2, 4, 8, 16, 32, 64, 100, 100, 100].map((ms) => ms * 1000))
  })

  test('a rest makes them short again', () => {
    const cpu = new CpuTime()
    cpu.burn()
    cpu.settle()
    cpu.rested()
    cpu.charge(1_000)
    expect(cpu.exhausted).toBe(true)
  })

  test('after a second without a rest everything costs more', () => {
    const cpu = new CpuTime()
    for (let i = 0; i < 20; i++) {
      cpu.burn()
      cpu.settle()
    }
    cpu.charge(10)
    expect(cpu.debtUs).toBe(100)
  })
})
