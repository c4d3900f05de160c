import { asText } from '../filesystem/data.ts'
import { print } from '../process/io.ts'
import { BLOCKED, OpenFile } from '../process/open-file.ts'
import type { Process, Run } from '../process/process.ts'
import { Terminal } from '../process/terminal.ts'

type Heard = { fd: 1 | 2; text: string } | { how: number | 'lost' }

/** What comes from what runs elsewhere (another machine, a container) and is not passed on yet. */
export class Conversation extends OpenFile {
  session: { type: (text: string | undefined) => void; end: () => void } | undefined
  private readonly heard: Heard[] = []

  constructor() {
    super('socket:[22]')
  }

  readonly output = (to: 'stdout' | 'stderr', text: string): void => this.add({ fd: to === 'stdout' ? 1 : 2, text })
  readonly ended = (how: number | 'lost'): void => this.add({ how })

  private add(heard: Heard): void {
    this.heard.push(heard)
    this.wakeWaiters()
  }

  take(): Heard | typeof BLOCKED {
    return this.heard.shift() ?? BLOCKED
  }

  /** Also what is typed wakes whoever waits here. */
  wake(): void {
    this.wakeWaiters()
  }

  protected override closed(): void {
    this.session?.end()
  }
}

/** Both ways, until the other side ends. */
export function* passOn(p: Process, talk: Conversation, { tty, reads = true }: { tty: boolean; reads?: boolean }): Run<number | 'lost'> {
  // Among its descriptors, so that its end, whatever it comes of, ends the other too.
  p.setFd(p.openDescriptors().length + 10, talk)
  const input = p.fd(0)
  const terminal = tty && input instanceof Terminal ? input : undefined
  if (terminal !== undefined) terminal.raw = true
  const waiter = { wake: () => talk.wake() }
  let open = reads
  for (;;) {
    for (let heard = talk.take(); heard !== BLOCKED; heard = talk.take()) {
      if ('how' in heard) {
        input.stopWaiting(waiter)
        if (terminal !== undefined) terminal.raw = false
        return heard.how
      }
      yield* print(p, heard.text, heard.fd)
    }
    while (open) {
      const typed = input.read(65_536)
      if (typed === BLOCKED) break
      open = typed !== undefined
      talk.session!.type(typed === undefined ? undefined : asText(typed))
    }
    if (open) input.waitFor(waiter)
    yield { wait: 'io', on: talk, interruptible: false }
    input.stopWaiting(waiter)
  }
}
