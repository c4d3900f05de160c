import type { share as en } from '../en/share.ts'
import type { Messages } from '../messages.ts'

export const share = {
  title: '分享这一刻',
  link: '链接',
  markdown: 'Markdown',
  iframe: '嵌入',
  iframeMore: '内嵌可以做什么，页面如何控制它',
  qr: '二维码',
  picture: '图片',
  file: '文件',
  private: '链接里是文件、命令和种子；打开者会看到重新拍出的同一部影片，停在这一刻。# 之后的内容不会发送到任何服务器。',
  long: '此链接有 {{length}} 个字符，有些聊天软件会截断它。',
  tooLong: '这部影片需要 {{length}} 个字符，链接放不下。请保存为文件。',
  qrTooLong: '此链接太长，无法做成二维码。',
  fileHint: '一个 YAML 场景文件，可以保存、编辑、再次打开。',
  save: '保存文件',
  outdated: '此链接基于该场景的旧版本生成，你看到的内容可能与分享者当时看到的不同。',
  fault: {
    'no-link': '这不是 Podreel 的链接。',
    'newer': '此链接由更新版本的 Podreel 生成（{{detail}}）。',
    'corrupt': '此链接已损坏，可能在途中被截断。',
    'too-large': '此链接的内容超出 Podreel 可打开的范围。',
    'invalid': '此链接中的场景有误：{{detail}}',
    'unknown-scenario': '此链接所指的场景不在目录中：{{detail}}',
  },
} satisfies Messages<typeof en>
