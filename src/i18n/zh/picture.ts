import type { picture as en } from '../en/picture.ts'
import type { Messages } from '../messages.ts'

export const picture = {
  still: '此刻',
  stillHint: '用于不允许内嵌的页面、幻灯片或纸面',
  moving: '一段步骤',
  from: '从第几步',
  to: '到第几步',
  frames_one: '一张图。',
  frames_other: '共 {{count}} 张图，每张 1.2 秒。制作时，背后的舞台会一步步走过去。',
  most: '只取前 {{count}} 张：请缩短范围，或选更大的步。',
  making: '正在制作图片',
  cancel: '取消',
  failed: '没有成功：{{message}}',
} satisfies Messages<typeof en>
