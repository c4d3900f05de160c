import type { caption as en } from '../en/caption.ts'
import type { Messages } from '../messages.ts'

export const caption = {
  label: '此刻发生的事',
  why: '为什么？',
  then: '然后呢？',
  more: '更多',
  less: '收起',
  openingTitle: '第一步之前',
  nothing: '集群已就位：应用一份清单，或者输入一条命令。',
  quiet: '此后 {{time}} 内只有例行操作。',
  causeRoot: '一切由此开始。',
  background: '例行',
  says: '旁白',
} satisfies Messages<typeof en>
