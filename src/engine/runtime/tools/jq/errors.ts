/** The program cannot be read. */
export class JqSyntaxError extends Error {}

/** The program has met a value that it cannot work on. `value`: what `error` was given. */
export class JqError extends Error {}
