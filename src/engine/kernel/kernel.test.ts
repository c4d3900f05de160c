import { describe, expect, test } from 'vitest'
import { Kernel } from './kernel.ts'

function kernel(): Kernel {
  return new Kernel({ seed: 1, startMs: 1000 })
}

function runAll(k: Kernel): void {
  while (k.runNext()) {}
}

describe('order', () => {
  test('tasks run at their time; equal times in the order of scheduling', () => {
    const k = kernel()
    const ran: string[] = []
    k.register('a', (task) => ran.push(`${task.type}@${k.now}`))
    k.schedule('a', 20, { type: 'late' })
    k.schedule('a', 10, { type: 'first' })
    k.schedule('a', 10, { type: 'second' })
    runAll(k)
    expect(ran).toEqual(['first@1010', 'second@1010', 'late@1020'])
  })

  test('a cancelled task does not run and does not hold the clock', () => {
    const k = kernel()
    const ran: string[] = []
    k.register('a', (task) => ran.push(task.type))
    const id = k.schedule('a', 10, { type: 'never' })
    k.schedule('a', 30, { type: 'last' })
    k.cancel(id)
    expect(k.nextAt()).toBe(1030)
    runAll(k)
    expect(ran).toEqual(['last'])
    k.cancel(id)
  })

  test('a slot that is used again does not bring a cancelled task back', () => {
    const k = kernel()
    const ran: string[] = []
    k.register('a', (task) => ran.push(task.type))
    for (let i = 0; i < 50; i++) {
      k.cancel(k.schedule('a', 5, { type: `cancelled${i}` }))
      k.schedule('a', 1, { type: `kept${i}` })
      runAll(k)
    }
    expect(ran).toEqual(Array.from({ length: 50 }, (_, i) => `kept${i}`))
  })

  test('the clock is not moved past what is due', () => {
    const k = kernel()
    k.register('a', () => {})
    k.schedule('a', 10, { type: 'x' })
    expect(() => k.advanceTo(1011)).toThrow('due')
    k.advanceTo(1009.7)
    expect(k.now).toBe(1009)
    k.advanceTo(1010)
    expect(k.now).toBe(1010)
  })
})

describe('steps', () => {
  test('a step is caused by the step before it in its task, or by the one that scheduled the task', () => {
    const k = kernel()
    k.register('a', (task) => {
      k.record({ kind: 'decision', from: 'a', to: 'a', detail: { type: task.type } })
      if (task.type === 'begin') {
        k.schedule('a', 1, { type: 'child' })
        k.record({ kind: 'decision', from: 'a', to: 'a', detail: { type: 'after' } })
      }
    })
    k.schedule('a', 0, { type: 'begin' })
    k.schedule('a', 5, { type: 'other' })
    runAll(k)
    expect(k.trace.map(({ detail, cause }) => [detail!.type, cause])).toEqual([
      ['begin', undefined],
      ['after', 0],
      ['child', 0],
      ['other', undefined],
    ])
  })

  test('a step carries the revision of the world after it', () => {
    const k = kernel()
    k.revisions.current = 7
    expect(k.record({ kind: 'write', from: 'a', to: 'etcd', revision: 7 }).world).toBe(7)
  })
})

describe('a held target', () => {
  test('gets its tasks in order when it is released, and nobody else waits', () => {
    const k = kernel()
    const ran: string[] = []
    for (const target of ['a', 'b']) k.register(target, (task) => ran.push(`${target}:${task.type}@${k.now}`))
    k.hold('a')
    k.schedule('a', 1, { type: 'one' })
    k.schedule('a', 2, { type: 'two' })
    k.schedule('b', 3, { type: 'three' })
    runAll(k)
    expect(ran).toEqual(['b:three@1003'])
    k.release('a')
    runAll(k)
    expect(ran.slice(1)).toEqual(['a:one@1003', 'a:two@1003'])
  })
})

describe('a slow clock', () => {
  test('stretches what its target waits for, while it is slow, and nothing that others have set a time for', () => {
    const k = kernel()
    const ran: string[] = []
    for (const target of ['a', 'b']) k.register(target, (task) => ran.push(`${target}:${task.type}@${k.now - 1000}`))
    k.schedule('a', 10, { type: 'before' })
    k.setSlowness('a', 5)
    k.schedule('a', 20, { type: 'slow' })
    k.schedule('b', 20, { type: 'other' })
    k.scheduleAt('a', 1030, { type: 'told' })
    runAll(k)
    expect(ran).toEqual(['b:other@20', 'a:told@30', 'a:before@50', 'a:slow@100'])
  })

  test('that goes right again does not let anybody wait for what it had stretched', () => {
    const k = kernel()
    const ran: number[] = []
    k.register('a', () => ran.push(k.now - 1000))
    k.setSlowness('a', 10)
    k.schedule('a', 100, { type: 'timer' })
    k.advanceTo(1500)
    k.setSlowness('a', 1)
    runAll(k)
    expect(ran).toEqual([550])
  })
})
