/** What stands beside the stage: it comes behind it, in one piece. */
export { EditorPanel } from '../editor/EditorPanel.tsx'
export { Inspector } from '../inspector/Inspector.tsx'
export { TerminalPanel } from '../terminal/TerminalPanel.tsx'
