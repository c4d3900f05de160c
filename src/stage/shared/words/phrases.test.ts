import { expect, test } from 'vitest'
import { phrasesOf } from './phrases.ts'

test.each([
  ['pod/web 答复 pod/client：200。', ['pod/web 答复 pod/client：200。']],
  ['存活探针连续三次失败', ['存活探针', '连续', '三次', '失败']],
  ['调度器把 pod/web 绑定到 node2', ['调度器', '把 pod/web 绑定', '到 node2']],
  ['副本集按镜像拉取策略重新创建', ['副本集', '按', '镜像拉取', '策略', '重新', '创建']],
  ['回退时间加倍，最长 300 秒；容忍度不匹配', ['回退', '时间', '加倍，最长 300 秒；容忍度', '不', '匹配']],
  ['The API server answers.', ['The API server answers.']],
  ['', ['']],
])('%s', (text, phrases) => {
  expect(phrasesOf(text)).toEqual(phrases)
  expect(phrases.join('')).toBe(text)
})
