/** What a program is made of. */
export type Pattern =
  | { type: 'name'; name: string }
  | { type: 'arrayPattern'; items: (Bound | undefined)[]; rest: Pattern | undefined }
  | { type: 'objectPattern'; fields: { key: Expression; bound: Bound }[]; rest: Pattern | undefined }
  | { type: 'member'; object: Expression; key: Expression; optional: boolean }

/** A pattern with what it is bound to when nothing is given. */
export interface Bound {
  pattern: Pattern
  otherwise: Expression | undefined
}

export interface FunctionNode {
  type: 'function'
  name: string
  /** It was written with its name, by which it knows itself. */
  knowsItself: boolean
  parameters: Bound[]
  rest: Pattern | undefined
  body: Statement[]
  isArrow: boolean
  isAsync: boolean
}

export interface ClassNode {
  type: 'class'
  name: string
  parent: Expression | undefined
  members: { key: Expression; value: Expression | undefined; isStatic: boolean; kind: 'method' | 'get' | 'set' | 'field' }[]
}

export type ObjectPart = { kind: 'field' | 'get' | 'set'; key: Expression; value: Expression } | { kind: 'spread'; value: Expression }

export type Expression =
  | { type: 'value'; value: string | number | boolean | null | undefined }
  | { type: 'name'; name: string }
  | { type: 'this' }
  | { type: 'super' }
  | { type: 'regex'; pattern: string; flags: string }
  | { type: 'template'; strings: string[]; parts: Expression[]; tag: Expression | undefined }
  | { type: 'array'; items: Expression[] }
  | { type: 'object'; parts: ObjectPart[] }
  | { type: 'spread'; of: Expression }
  | FunctionNode
  | ClassNode
  | { type: 'unary'; op: string; of: Expression }
  | { type: 'update'; op: string; target: Pattern; isPrefix: boolean }
  | { type: 'binary'; op: string; left: Expression; right: Expression }
  | { type: 'logical'; op: string; left: Expression; right: Expression }
  | { type: 'assign'; op: string; target: Pattern; value: Expression }
  | { type: 'conditional'; test: Expression; then: Expression; otherwise: Expression }
  | { type: 'member'; object: Expression; key: Expression; optional: boolean }
  | { type: 'call'; callee: Expression; args: Expression[]; optional: boolean; text: string; line: number }
  | { type: 'new'; callee: Expression; args: Expression[]; text: string }
  | { type: 'sequence'; items: Expression[] }
  | { type: 'await'; of: Expression }

export type Statement =
  | { type: 'expression'; of: Expression }
  | { type: 'declare'; kind: 'var' | 'let' | 'const'; bounds: Bound[] }
  | { type: 'functionDeclaration'; of: FunctionNode }
  | { type: 'classDeclaration'; of: ClassNode }
  | { type: 'block'; body: Statement[] }
  | { type: 'if'; test: Expression; then: Statement; otherwise: Statement | undefined }
  | { type: 'for'; init: Statement | undefined; test: Expression | undefined; update: Expression | undefined; body: Statement; label: string | undefined }
  | { type: 'forOf'; kind: 'var' | 'let' | 'const' | undefined; pattern: Pattern; of: Expression; keys: boolean; body: Statement; label: string | undefined }
  | { type: 'while'; test: Expression; body: Statement; isDo: boolean; label: string | undefined }
  | { type: 'switch'; of: Expression; cases: { test: Expression | undefined; body: Statement[] }[] }
  | { type: 'return'; of: Expression | undefined }
  | { type: 'break' | 'continue'; label: string | undefined }
  | { type: 'throw'; of: Expression; line: number }
  | { type: 'try'; body: Statement[]; parameter: Pattern | undefined; handler: Statement[] | undefined; finalizer: Statement[] | undefined }
  | { type: 'import'; module: string; bounds: { from: string | undefined; to: string }[] }
  | { type: 'empty' }
