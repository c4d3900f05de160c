/** What is wrong with a scenario, and where: line and column count from 1 and are 0 when there is no text. */
export class ScenarioError extends Error {
  readonly line: number
  readonly column: number
  /** Path of the field, such as 'spec.script[2].at'; empty for a document that is no YAML. */
  readonly path: string

  constructor(message: string, options: { path?: string; line?: number; column?: number } = {}) {
    const { path = '', line = 0, column = 0 } = options
    const place = line > 0 ? `line ${line}, column ${column}: ` : ''
    super(`${place}${path === '' ? '' : `${path}: `}${message}`)
    this.name = 'ScenarioError'
    this.line = line
    this.column = column
    this.path = path
  }
}
