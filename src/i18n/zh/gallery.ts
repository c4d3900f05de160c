import type { gallery as en } from '../en/gallery.ts'
import type { Messages } from '../messages.ts'

export const gallery = {
  title: '场景',
  search: '搜索场景',
  topics: '主题',
  path: '初来乍到？十幕入门',
  pathIntro: '从第一个 Pod 到滚动更新。共 {{total}} 幕，已看完 {{done}} 幕。',
  all: '全部',
  found_one: '{{count}} 个场景',
  found_other: '{{count}} 个场景',
  none: '没有匹配的场景。',
  watched: '已看完',
  chapters_one: '{{count}} 章',
  chapters_other: '{{count}} 章',
  scene: '第 {{number}} 幕，共 {{total}} 幕',
  pathDone: '轮到你了：去闯关',
  next: '下一个',
} satisfies Messages<typeof en>
