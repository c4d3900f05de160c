import type { presenter as en } from '../en/presenter.ts'
import type { Messages } from '../messages.ts'

export const presenter = {
  label: '演示模式',
  leave: '退出演示模式',
  blackout: '屏幕已变暗；按 B 继续。',
} satisfies Messages<typeof en>
