import type { lanes as en } from '../en/lanes.ts'
import type { Messages } from '../messages.ts'

export const lanes = {
  title: '容易混为一谈的四样东西',
  phase: 'phase',
  conditions: 'conditions',
  containers: '容器状态',
  status: 'STATUS',
  none: '不存在',
  noConditions: '还没有',
  noStatuses: 'kubelet 尚未上报',
  over: '{{name}} 随时间的变化',
  stretch: '{{name}}：{{word}}，从 {{from}} 到 {{to}}',
  open: '{{name}}：{{word}}，从 {{from}} 起',
  derivation: {
    phase: '没有哪个容器能说明更多，kubectl 直接显示 phase。',
    'pod-reason': 'Pod 自身带有 reason（{{reason}}），kubectl 用它代替 phase（{{phase}}）。',
    'scheduling-gated': '设置了 schedulingGates，调度器暂不处理它；phase 为 {{phase}}。',
    'init-terminated': 'init 容器优先：{{container}} 已退出，原因 {{state}}。',
    'init-waiting': 'init 容器优先：{{container}} 在等待，原因 {{state}}。',
    'init-progress': 'init 容器优先：{{total}} 个中完成了 {{done}} 个，现在轮到 {{container}}。',
    'container-waiting': '容器 {{container}} 在等待，它的 reason（{{state}}）盖过了 phase（{{phase}}）。',
    'container-terminated': '容器 {{container}} 已退出，它的 reason（{{state}}）盖过了 phase（{{phase}}）。',
    completedReady: '容器 {{container}} 已完成，但还有别的容器在运行，且 Pod 为 Ready。',
    completedNotReady: '容器 {{container}} 已完成，还有别的容器在运行，但 Pod 不是 Ready。',
    'node-lost': '删除过程中它所在的节点失联了。',
    deleted: '已设置 deletionTimestamp，盖过了原本会显示的 {{instead}}。',
  },
} satisfies Messages<typeof en>
