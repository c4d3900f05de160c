import { expect, it } from 'vitest'
import { replay } from '../engine/index.ts'
import '../kubectl/index.ts'
import { findScenario } from '../scenarios/index.ts'
import { pack, unpack } from './wire.ts'

const { trace } = replay(findScenario('first-pod')!)

it('brings every step as it was', () => {
  const arrived = unpack(structuredClone(pack(trace)))
  expect(arrived).toStrictEqual(trace)
  expect(Object.keys(arrived[0]!)).toEqual(Object.keys(trace[0]!))
})

it('says each text once', () => {
  const { texts } = pack(trace)
  expect(new Set(texts).size).toBe(texts.length)
  expect(texts.length).toBeLessThan(trace.length)
})

it('has nothing to bring when there is nothing', () => {
  expect(unpack(pack([]))).toEqual([])
})
