import { expect, test } from 'vitest'
import { sentences } from './sentences.ts'

test('sentences stand one after another as their language has it', () => {
  expect(sentences('One fits.', false, 'It wins.', undefined)).toBe('One fits. It wins.')
  expect(sentences('有一个合适。', '它胜出。')).toBe('有一个合适。它胜出。')
})
