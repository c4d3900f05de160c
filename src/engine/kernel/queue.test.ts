import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TaskQueue } from './queue.ts'

test('entries come out in the order of time, then of sequence, whatever the order they went in', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(50), { maxLength: 600 }), (times) => {
      const queue = new TaskQueue()
      times.forEach((at, seq) => queue.push(at, seq, seq))
      const out: number[] = []
      while (queue.size > 0) out.push(queue.pop())
      const expected = times.map((at, seq) => ({ at, seq })).sort((a, b) => a.at - b.at || a.seq - b.seq)
      expect(out).toEqual(expected.map(({ seq }) => seq))
    }),
  )
})

test('pushes between pops keep the order', () => {
  const queue = new TaskQueue()
  for (let i = 0; i < 1000; i++) queue.push((i * 7919) % 1000, i, i)
  let last = -1
  for (let i = 0; i < 500; i++) {
    const at = queue.peekAt()
    expect(at).toBeGreaterThanOrEqual(last)
    last = at
    queue.pop()
    queue.push(at + 3, 1000 + i, 1000 + i)
  }
  expect(queue.size).toBe(1000)
})
