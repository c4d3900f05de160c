import type { terminal as en } from '../en/terminal.ts'
import type { Messages } from '../messages.ts'

export const terminal = {
  terminal: '终端',
  output: '命令的输出',
  printedMuch: '输出了 {{count}} 行。',
  printedMuchBy: '输出了 {{count}} 行，最后的命令是 {{what}}。',
  prompt: '命令行。Tab 补全，上下键找回之前的命令，Shift+Tab 离开。',
  inside: '{{what}} 的输入。Enter 发送一行，Ctrl+C 中断，Ctrl+D 结束输入，Shift+Tab 离开。',
  editing: '{{what}} 已在编辑器中打开，点“应用”即保存到服务器。',
  placeholder: 'kubectl get pods',
  empty: '在这里输入 kubectl 命令，它们在舞台上的这一刻执行。Tab 补全，输入 help 了解更多。',
  running: '{{what}} 正在运行',
  interrupt: '结束它（Ctrl+C）',
  forked: '你在过去做了操作：从这里开始另一个未来，原来的作为分支保留。',
  watchUsage: '用法：watch [-n 秒数] 命令',
  typing: 'Ctrl+D 结束输入。',
  badName: '{{what}} 不能用作这里的文件名。',
  noInternet: '这里访问不了集群以外的地址：请把文件粘贴到编辑器，然后在 -f 后面写它的文件名。',
  every: '每 {{seconds}} 秒：{{what}}',
  endWatch: '结束（Ctrl+C）',
  searching: '搜索：{{what}}',
  notFound: '没有找到：{{what}}',
  search: '搜索之前的命令',
  candidates: '{{count}} 个候选',
  loadUsage: '用法：load http://地址 [每秒请求数] [POD | 命名空间/POD]，或 load stop [名字]',
  help: `kubectl（或 k）与舞台上这一刻的集群对话。在影片末尾，命令会成为影片的一部分；在过去，get、describe、logs 只是查看，其他命令会从那里开始另一个未来。
-w 和 logs -f 随时间推移输出，Ctrl+C 结束。watch kubectl get pods 反复查询，watch 也可以接任何其他命令。
文件就是编辑器里的文件：ls、cat、rm、vi pod.yaml、> pod.yaml、kubectl apply -f pod.yaml、<<EOF；cat > pod.yaml 逐行读取输入，直到 Ctrl+D。
管道之后可用：grep、head、tail、wc、sort、uniq、cut、tr、column、sed、awk '{print $1}'、base64、tee、xargs。命令之间可用：; && ||，也可以用 $(...)。sleep 10 让时间流逝。
NAME=value 和 export 设置变量，$NAME 使用它；alias kn='kubectl -n dev' 定义别名。循环、函数、$((...)) 以及 jq、diff、seq、date 等工具在影片中由完整的 bash 执行。
load http://web 20 client 让 Pod client 每秒发 20 个请求（不写 Pod 则从集群外发）；load stop 停止。
kubectl exec -it 进入容器里的 shell，exit 离开。
按键：Tab 补全，上下键翻历史，Ctrl+R 搜索，Ctrl+A E U K W Y 和 Alt+Backspace 编辑，Ctrl+L 清屏，Shift+Tab 离开。`,
} satisfies Messages<typeof en>
