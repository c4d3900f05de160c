import type { container as en } from '../en/container.ts'
import type { Messages } from '../messages.ts'

export const container = {
  role: { init: 'init', sidecar: 'sidecar', ephemeral: '临时' },
  clock: {
    pulling: '拉取中：{{done}} / {{size}}',
    restart: '{{time}} 后再次启动',
    pull: '{{time}} 后再次拉取',
    grace: '{{time}} 后强制终止',
    hook: '{{hook}} 钩子已运行 {{time}}',
    soon: '下一次同步时进行',
  },
  probe: {
    never: '尚未执行',
    success: '成功',
    failure: '失败',
    unknown: '未知',
    of: '{{count}} / {{threshold}}',
    every: '每 {{period}} s 一次，连续失败 {{failures}} 次判为失败',
  },
} satisfies Messages<typeof en>
