export { kubectl, type ProgramHost } from './kubectl.ts'
