import type { presenter as en } from '../en/presenter.ts'
import type { Messages } from '../messages.ts'

export const presenter = {
  label: '演示模式',
  leave: '退出演示模式',
  speaker: '讲者窗口',
  waiting: '当前没有演示。请在影片窗口按 P。',
  now: '台上',
  notes: '讲稿',
  notesAhead: '第一章“{{title}}”的讲稿',
  noNotes: '这一章没有讲稿。',
  next: '下一步',
  nothingNext: '目前这就是最后一步。',
  nextChapter: '下一章：{{title}}',
  elapsed: '开讲以来的时间',
  resetTime: '重新计时',
  black: '黑屏',
  light: '恢复画面',
  lock: '锁定舞台',
  unlock: '解锁舞台',
  locked: '已锁定',
  overview: '章节',
  noChapters: '这部影片还没有章节。',
  code: '扫码打开这一刻',
  blackout: '屏幕已变暗；按 B 继续。',
} satisfies Messages<typeof en>
