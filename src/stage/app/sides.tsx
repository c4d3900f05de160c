import type { ReactElement } from 'react'
import { Blank } from '../shared/Blank.tsx'

export { Inspector } from '../inspector/Inspector.tsx'

export function LeftPanel(): ReactElement {
  return <Blank>Editor</Blank>
}
