import { asText, type Data } from '../filesystem/data.ts'
import { Errno } from '../filesystem/errno.ts'
import { BLOCKED, OpenFile } from './open-file.ts'

/** Linux' default capacity of a pipe. */
const CAPACITY = 65536

/** The buffer between two ends. Its ends know each other only through it. */
class Channel {
  text = ''
  zeros = 0
  reader: PipeEnd | undefined
  writer: PipeEnd | undefined
}

/** One end of a pipe: the reading one waits for data, the writing one for room. */
class PipeEnd extends OpenFile {
  private readonly channel: Channel
  private readonly reads: boolean

  constructor(channel: Channel, reads: boolean) {
    super('pipe:[4026]')
    this.channel = channel
    this.reads = reads
    if (reads) channel.reader = this
    else channel.writer = this
  }

  override read(max: number): Data | undefined | typeof BLOCKED {
    if (!this.reads) throw new Errno('EBADF')
    const c = this.channel
    if (c.text.length > 0) {
      const data = c.text.slice(0, max)
      c.text = c.text.slice(data.length)
      c.writer?.roomMade()
      return data
    }
    if (c.zeros > 0) {
      const data = Math.min(c.zeros, max)
      c.zeros -= data
      c.writer?.roomMade()
      return data
    }
    return c.writer === undefined ? undefined : BLOCKED
  }

  override readLine(): string | undefined | typeof BLOCKED {
    const c = this.channel
    const newline = c.text.indexOf('\n')
    if (newline >= 0) return this.read(newline + 1) as string
    if (c.writer !== undefined && c.text.length < CAPACITY) return BLOCKED
    const rest = this.read(Infinity)
    return rest === undefined || rest === BLOCKED ? rest : asText(rest)
  }

  override write(data: Data): true | typeof BLOCKED {
    if (this.reads) throw new Errno('EBADF')
    const c = this.channel
    if (c.reader === undefined) throw new Errno('EPIPE')
    // A write is taken whole or not at all; only the first may overfill an empty pipe.
    if (c.text.length + c.zeros >= CAPACITY) return BLOCKED
    if (typeof data === 'string' && c.zeros > 0) data = data.length
    if (typeof data === 'number') c.zeros += data
    else c.text += data
    c.reader.wakeWaiters()
    return true
  }

  private roomMade(): void {
    this.wakeWaiters()
  }

  protected override closed(): void {
    const c = this.channel
    if (this.reads) {
      c.reader = undefined
      c.writer?.wakeWaiters()
    } else {
      c.writer = undefined
      c.reader?.wakeWaiters()
    }
  }
}

export function pipe(): { reader: OpenFile; writer: OpenFile } {
  const channel = new Channel()
  return { reader: new PipeEnd(channel, true), writer: new PipeEnd(channel, false) }
}
