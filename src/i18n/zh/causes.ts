import type { causes as en } from '../en/causes.ts'
import type { Messages } from '../messages.ts'

export const causes = {
  whyTitle: '为什么会这样？',
  thenTitle: '接着引发了什么？',
  began: '事情从这里开始。',
  nobody: '到影片目前为止，没有谁对此作出反应。',
  more_one: '还有 {{count}} 个',
  more_other: '还有 {{count}} 个',
  later: '+{{time}}',
  skipped_one: 'API server 内的 {{count}} 项检查',
  skipped_other: 'API server 内的 {{count}} 项检查',
} satisfies Messages<typeof en>
