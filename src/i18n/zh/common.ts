import type { common as en } from '../en/common.ts'
import type { Messages } from '../messages.ts'

export const common = {
  close: '关闭',
  cancel: '取消',
  loading: '正在加载',
  copy: '复制',
  copied: '已复制',
  retry: '重试',
  step: '第 {{step}} 步',
  goTo: '跳到这一刻',
} satisfies Messages<typeof en>
