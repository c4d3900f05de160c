import { parseSync, Visitor } from 'vite'

/** One file of the project as the checks see it. */
export interface Source {
  /** From the repository's root, with slashes: 'src/engine/kernel/kernel.ts'. */
  path: string
  text: string
}

/** A fault: where, and what to do about it. */
export interface Finding {
  path: string
  /** From 1. */
  line: number
  message: string
}

export interface Import {
  /** As written: '../api/types.ts', 'react'. */
  specifier: string
  line: number
}

export interface FunctionSpan {
  name: string
  line: number
  lines: number
}

export interface Parsed extends Source {
  imports: Import[]
  /** Functions that lie in no other function. */
  functions: FunctionSpan[]
  /** Where an async function, an `await` or a `for await` stands. */
  asyncLines: number[]
  /** `let` and `var` at the top of the module: state that all clusters of a process would share. */
  moduleStateLines: number[]
  /** Whether the module holds nothing but imports and re-exports. */
  onlyReexports: boolean
}

interface Node {
  type: string
  start: number
  end: number
  [key: string]: any
}

export function isTest(path: string): boolean {
  return /\.(test|spec)\.tsx?$/.test(path)
}

export function parse(source: Source): Parsed {
  const { program, module, errors } = parseSync(source.path, source.text)
  if (errors.length > 0) throw new Error(`${source.path}: ${errors[0]!.message}`)
  const lineOf = lineFinder(source.text)
  const imports: Import[] = module.staticImports.map((found) => ({
    specifier: found.moduleRequest.value,
    line: lineOf(found.start),
  }))
  for (const { entries, start } of module.staticExports) {
    const specifier = entries.find((entry) => entry.moduleRequest !== null)?.moduleRequest?.value
    if (specifier !== undefined) imports.push({ specifier, line: lineOf(start) })
  }
  const body = program.body as unknown as Node[]
  const asyncLines: number[] = []
  const functions: FunctionSpan[] = []
  walk(program as unknown as Node, lineOf, { imports, asyncLines, functions })
  return {
    ...source,
    imports,
    functions,
    asyncLines,
    moduleStateLines: body
      .map((node) => (node.type === 'ExportNamedDeclaration' && node.declaration ? (node.declaration as Node) : node))
      .filter((node) => node.type === 'VariableDeclaration' && node.kind !== 'const' && node.declare !== true)
      .map((node) => lineOf(node.start)),
    onlyReexports: body.every(
      (node) =>
        node.type === 'ExportAllDeclaration' ||
        node.type === 'ImportDeclaration' ||
        (node.type === 'ExportNamedDeclaration' && !node.declaration),
    ),
  }
}

/** Collects what needs the whole tree: dynamic imports, async code, and the outermost functions. */
function walk(
  program: Node,
  lineOf: (offset: number) => number,
  into: { imports: Import[]; asyncLines: number[]; functions: FunctionSpan[] },
): void {
  let depth = 0
  const enter = (node: any): void => {
    if (node.async === true) into.asyncLines.push(lineOf(node.start))
    if (depth++ > 0) return
    const line = lineOf(node.start)
    into.functions.push({ name: node.id?.name ?? named.get(node) ?? '', line, lines: lineOf(node.end) - line + 1 })
  }
  const leave = (): void => void depth--
  const named = new Map<unknown, string>()
  const awaits = (node: any): void => void into.asyncLines.push(lineOf(node.start))
  const literalImport = (source: any, start: number): void => {
    if (typeof source?.value === 'string') into.imports.push({ specifier: source.value, line: lineOf(start) })
  }
  new Visitor({
    VariableDeclarator: (node: any) => void (node.init && named.set(node.init, node.id.name ?? '')),
    PropertyDefinition: (node: any) => void (node.value && named.set(node.value, node.key.name ?? '')),
    Property: (node: any) => void named.set(node.value, node.key.name ?? node.key.value ?? ''),
    MethodDefinition: (node: any) => void named.set(node.value, node.key.name ?? ''),
    FunctionDeclaration: enter,
    FunctionExpression: enter,
    ArrowFunctionExpression: enter,
    'FunctionDeclaration:exit': leave,
    'FunctionExpression:exit': leave,
    'ArrowFunctionExpression:exit': leave,
    AwaitExpression: awaits,
    ForOfStatement: (node: any) => void (node.await === true && awaits(node)),
    ImportExpression: (node: any) => literalImport(node.source, node.start),
    TSImportType: (node: any) => literalImport(node.source ?? node.argument?.literal, node.start),
  } as any).visit(program as any)
}

function lineFinder(text: string): (offset: number) => number {
  const starts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return (offset) => {
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (starts[middle]! <= offset) low = middle
      else high = middle - 1
    }
    return low + 1
  }
}
