import { Suspense } from 'react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { Loading } from '../shared/ui/Blank.tsx'
import { useSelection } from '../shared/view.ts'
import { ComponentInspector } from './ComponentInspector.tsx'
import { fetched } from '../shared/ui/fetched.tsx'
import styles from './inspector.module.css'
import { NodeInspector } from './NodeInspector.tsx'
import { PodInspector } from './PodInspector.tsx'

/** Everything about the selected object, at the moment on stage. */
export function Inspector(): ReactElement {
  const { t } = useTranslation('inspector')
  const selection = useSelection()
  const [kind, ...rest] = selection?.split('/') ?? []
  return (
    <aside className={styles.inspector} aria-label={t('label')}>
      <Suspense fallback={<Loading />}>
        {kind === undefined && <Guide />}
        {kind === 'pods' && <PodInspector podKey={selection!} />}
        {kind === 'nodes' && <NodeInspector key={selection} nodeKey={selection!} />}
        {kind === 'components' && <ComponentInspector component={rest.join('/')} />}
        {kind !== undefined && !['pods', 'nodes', 'components'].includes(kind) && (
          <ObjectInspector key={selection} objectKey={selection!} />
        )}
      </Suspense>
    </aside>
  )
}

const Guide = fetched(async () => ({ default: (await import('./Guide.tsx')).Guide }))

/** With the YAML printer, which not everybody needs. */
const ObjectInspector = fetched(async () => ({ default: (await import('./YamlTab.tsx')).ObjectInspector }))
