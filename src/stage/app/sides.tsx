import type { ReactElement } from 'react'
import { EditorPanel } from '../editor/EditorPanel.tsx'

export { Inspector } from '../inspector/Inspector.tsx'

export function LeftPanel(): ReactElement {
  return <EditorPanel />
}
