import { Suspense } from 'react'
import type { ReactElement } from 'react'
import { fetched } from '../shared/ui/fetched.tsx'
import { openDialog } from './dialogs.ts'
import { ErrorBoundary } from './ErrorBoundary.tsx'

const NextScene = fetched(async () => ({ default: (await import('../gallery/NextScene.tsx')).NextScene }))

/** Beside the last sentence of a film, where its first had the button that plays it: what to watch now. */
export function AtEnd(): ReactElement {
  return (
    <ErrorBoundary>
      <Suspense>
        <NextScene onLevels={() => openDialog('levels')} />
      </Suspense>
    </ErrorBoundary>
  )
}
