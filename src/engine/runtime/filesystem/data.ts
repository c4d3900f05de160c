/**
 * What flows through files and pipes: text, or a number of zero bytes, so that
 * `dd if=/dev/zero bs=1M count=4000` costs nothing here.
 */
export type Data = string | number

/** Text beyond this much in one file is counted but not kept: a container must not eat the page's memory. */
const MAX_KEPT_CHARS = 4 * 1024 * 1024

export function byteLength(data: Data): number {
  return typeof data === 'number' ? data : utf8Length(data)
}

const isHigh = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff

function utf8Length(text: string): number {
  let bytes = text.length
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit < 0x80) continue
    // A byte that is no character's (base64.ts); each half of a surrogate pair counts two: four bytes together.
    if (unit >= 0xdc80 && unit <= 0xdcff && !isHigh(text.charCodeAt(i - 1))) continue
    bytes += unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 1 : 2
  }
  return bytes
}

/** Zero bytes as text, for tools that look at every character; capped, since nobody reads them. */
export function asText(data: Data): string {
  return typeof data === 'number' ? '\0'.repeat(Math.min(data, 65536)) : data
}

/** What a regular file holds: text, then perhaps zero bytes. */
export class Content {
  private kept = ''
  private zeros = 0
  size = 0

  static of(text: string): Content {
    const content = new Content()
    content.append(text)
    return content
  }

  get text(): string {
    return this.zeros === 0 ? this.kept : this.kept + asText(this.zeros)
  }

  /** In characters (a zero byte is one): what offsets count. */
  get length(): number {
    return this.kept.length + this.zeros
  }

  append(data: Data): void {
    this.size += byteLength(data)
    if (typeof data === 'number') this.zeros += data
    else if (this.zeros > 0 || this.kept.length + data.length > MAX_KEPT_CHARS) this.zeros += byteLength(data)
    else this.kept += data
  }

  /** Replaces what is at a character offset: only what `dd conv=notrunc` and `<>` need. */
  writeAt(offset: number, data: string): void {
    if (this.zeros > 0 || offset > this.kept.length) return this.append(data)
    const size = this.size
    this.kept = this.kept.slice(0, offset) + data + this.kept.slice(offset + data.length)
    this.size = Math.max(size, utf8Length(this.kept))
  }

  truncate(bytes: number): void {
    const text = bytes < this.size ? this.kept.slice(0, bytes) : this.kept
    this.kept = text
    this.size = utf8Length(text)
    this.zeros = Math.max(0, bytes - this.size)
    this.size += this.zeros
  }

  /** From a character offset on; undefined at the end. */
  readFrom(offset: number, max: number): Data | undefined {
    if (offset < this.kept.length) return this.kept.slice(offset, offset + max)
    const left = this.zeros - (offset - this.kept.length)
    return left > 0 ? Math.min(left, max) : undefined
  }

  copy(): Content {
    const copy = new Content()
    copy.kept = this.kept
    copy.zeros = this.zeros
    copy.size = this.size
    return copy
  }
}
