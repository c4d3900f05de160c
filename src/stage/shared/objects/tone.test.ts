import { expect, it } from 'vitest'
import { toneOf } from './tone.ts'

it.each([
  ['Pending', 'pending'],
  ['Unschedulable', 'pending'],
  ['ContainerCreating', 'working'],
  ['Init:0/2', 'working'],
  ['Init:Error', 'failed'],
  ['Init:CrashLoopBackOff', 'failed'],
  ['Running', 'ready'],
  ['Ready,SchedulingDisabled', 'ready'],
  ['NotReady', 'failed'],
  ['Completed', 'done'],
  ['CrashLoopBackOff', 'failed'],
  ['ImagePullBackOff', 'failed'],
  ['Evicted', 'failed'],
  ['Terminating', 'terminating'],
  ['Unknown', 'unknown'],
  ['<none>', 'unknown'],
  ['ExitCode:3', 'failed'],
] as const)('%s is %s', (word, tone) => expect(toneOf(word)).toBe(tone))
