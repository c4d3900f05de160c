import type { timeline as en } from '../en/timeline.ts'
import type { Messages } from '../messages.ts'

export const timeline = {
  title: '时间线',
  playhead: '播放头',
  position: '第 {{step}} 步，共 {{steps}} 步，{{time}}',
  opening: '开头，第一步之前',
  kubectl: 'kubectl',
  apiserver: 'API server',
  etcd: 'etcd',
  scheduler: '调度器',
  controllers: '控制器',
  kubelets: 'kubelet',
  network: '网络',
  morePods_one: '另有 {{count}} 个 Pod',
  morePods_other: '另有 {{count}} 个 Pod',
  passes: '过了 {{time}}',
  input: '你：{{what}}',
  chapter: '章节：{{title}}',
  marks: '操作与章节',
  asText: '以文字查看',
  zoomIn: '放大',
  zoomOut: '缩小',
  zoomAll: '显示整部影片',
  empty: '影片从第一条命令开始。',
  chapters: '章节',
} satisfies Messages<typeof en>
