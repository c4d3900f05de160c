import type { Plugin } from 'vite'
import { parseScenario } from '../src/scenarios/parse.ts'

/**
 * `import scenario from './first-pod.yaml'` gives the scenario parsed and checked, so that the page needs
 * neither the time nor the parser. A file that is no sound scenario fails the build, with its line.
 */
export function scenarios(): Plugin {
  return {
    name: 'podreel-scenarios',
    enforce: 'pre',
    transform(code, id) {
      if (!/\/scenarios\/(catalogue|levels)\/[^/?]+\.yaml$/.test(id)) return undefined
      const data = JSON.stringify(JSON.stringify(parseScenario(code)))
      return { code: `export default JSON.parse(${data})`, map: null, moduleType: 'js' }
    },
  }
}
