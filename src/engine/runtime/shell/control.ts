/** Thrown to leave what the shell is in the middle of. Plain classes: no stack is needed. */

/** `break 2`, `continue`. */
export class LoopControl {
  readonly kind: 'break' | 'continue'
  levels: number
  constructor(kind: 'break' | 'continue', levels: number) {
    this.kind = kind
    this.levels = levels
  }
}

export class Return {
  readonly status: number
  constructor(status: number) {
    this.status = status
  }
}

/** `exit`: the shell (or subshell) ends, after its EXIT trap. */
export class Exit {
  readonly status: number
  constructor(status: number) {
    this.status = status
  }
}

/** An error that ends a shell that is not interactive: a bad expansion, a failed special builtin. */
export class ShellError {
  readonly message: string
  readonly status: number
  /** Where in the source, when it is known. */
  readonly pos: number
  constructor(message: string, status: number, pos: number) {
    this.message = message
    this.status = status
    this.pos = pos
  }
}

/** A text that the shell cannot read. */
export class Unreadable extends ShellError {
  constructor(message: string, pos: number) {
    super(message, 2, pos)
  }
}
