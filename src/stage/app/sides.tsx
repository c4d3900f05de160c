import type { ReactElement } from 'react'
import { Blank } from '../shared/Blank.tsx'

export function LeftPanel(): ReactElement {
  return <Blank>Editor</Blank>
}

export function Inspector(): ReactElement {
  return <Blank>Inspector</Blank>
}
