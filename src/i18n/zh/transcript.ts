import type { transcript as en } from '../en/transcript.ts'
import type { Messages } from '../messages.ts'

export const transcript = {
  title: '文字记录',
  hint: '整个过程的文字版；选择一行即可跳到那一刻。',
  before: '影片开始之前',
  size: '详略程度',
  notes: '带上讲稿',
  copy: '复制',
  copied: '已复制',
  save: '保存为 Markdown',
  rest_one: '另有 {{count}} 行，可在导出的文档中查看',
  rest_other: '另有 {{count}} 行，可在导出的文档中查看',
} satisfies Messages<typeof en>
