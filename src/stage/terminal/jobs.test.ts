import { expect, test } from 'vitest'
import { jobLine, jobNamed, withJob } from './jobs.ts'

const all = (): boolean => true
const two = withJob(withJob([], 4, 'kubectl proxy', all), 7, 'kubectl get pods -w', all)

test('as bash lists them', () => {
  expect(two.map((job) => jobLine(two, job, 'Running')).join('')).toBe('[1]-  Running                 kubectl proxy &\n[2]+  Running                 kubectl get pods -w &\n')
  expect(jobLine(two, two[0]!, 'Terminated')).toBe('[1]-  Terminated              kubectl proxy\n')
})

test('numbers stay; a new one comes after the highest that still runs', () => {
  expect(withJob(two, 9, 'x', (command) => command !== 4).map((job) => job.number)).toEqual([2, 3])
  expect(withJob(two, 9, 'x', () => false).map((job) => job.number)).toEqual([1])
})

test.each([
  [undefined, 7],
  ['%%', 7],
  ['%-', 4],
  ['%1', 4],
  ['%kubectl get', 7],
  ['%3', undefined],
])('%s is command %s', (name, command) => {
  expect(jobNamed(two, name)?.command).toBe(command)
})
