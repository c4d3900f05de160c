import type { levels as en } from '../en/levels.ts'
import type { Messages } from '../messages.ts'

export const levels = {
  title: '关卡',
  level: '关卡',
  reached: '用 {{count}} 条命令达成（标准 {{par}} 条）。',
  reached_one: '用一条命令达成（标准 {{par}} 条）。',
  foretold: '答对了。',
  misjudged: '不是这样：{{answer}}。',
  next: '下一关',
  all: '全部关卡',
  hint: '提示',
  moreHint: '再来一个提示',
  solution: '解法',
  solutionNote: '只替你打好，不会执行：先读一读。',
  typeIt: '替我打好',
  undo: '撤销',
  reset: '重新开始',
  count: '{{count}} 条命令',
  count_one: '一条命令',
  done: '已完成',
  doneOf: '已完成 {{done}} / {{all}}',
  setUp: '正在布景…',
  play: '播放到可以动手的地方',
  save: '保存进度',
  load: '载入进度',
  badProgress: '这个文件里没有 Podreel 的进度。',
} satisfies Messages<typeof en>
