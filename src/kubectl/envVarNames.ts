const envVarName = '[-._a-zA-Z][-._a-zA-Z0-9]*'
const isEnvVarNameShape = new RegExp(`^${envVarName}$`)

/** What kubectl itself finds wrong with the name of a variable; the server has taken more names since 1.34. */
export function envVarNameError(name: string): string | undefined {
  if (!isEnvVarNameShape.test(name)) {
    return "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit " +
      `(e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is '${envVarName}')`
  }
  if (name === '.' || name === '..') return `must not be '${name}'`
  return name.startsWith('..') ? "must not start with '..'" : undefined
}
