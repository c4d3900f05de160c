import { Component } from 'react'
import type { ErrorInfo, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Blank } from '../shared/ui/Blank.tsx'
import { Button } from '../shared/ui/Button.tsx'
import { forgetMissed } from '../shared/ui/fetched.tsx'

interface State {
  error: Error | undefined
}

/** Around each view: one that fails says so in its place, or to `onFailed`, and the rest of the page goes on. One that could not be fetched is fetched when it is tried again. */
export class ErrorBoundary extends Component<{ children: ReactNode; onFailed?: (error: Error) => void }, State> {
  override state: State = { error: undefined }

  static getDerivedStateFromError(error: Error): State {
    return { error }
  }

  override componentDidCatch(error: Error, info: ErrorInfo): void {
    console.error(error, info.componentStack)
    forgetMissed()
    this.props.onFailed?.(error)
  }

  override render(): ReactNode {
    const { error } = this.state
    if (error === undefined) return this.props.children
    if (this.props.onFailed !== undefined) return null
    return <Failed message={error.message} onRetry={() => this.setState({ error: undefined })} />
  }
}

function Failed({ message, onRetry }: { message: string; onRetry: () => void }): ReactNode {
  const { t } = useTranslation(['app', 'common'])
  return (
    <Blank title={t('app:failed')} actions={<Button onClick={onRetry}>{t('common:retry')}</Button>}>
      {t('app:failedText', { message })}
    </Blank>
  )
}
