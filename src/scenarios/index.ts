/** Importing this makes `kubectl` known to the engine, so that any scenario can be replayed. */
import '../kubectl/index.ts'

export { catalogue, findScenario, levels } from './catalogue.ts'
export { topics, type Topic } from './contents.ts'
export { ScenarioError } from './error.ts'
export { formatScenario } from './format.ts'
export { checkScenario } from './check.ts'
export { parseScenario } from './parse.ts'
