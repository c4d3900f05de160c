import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useInputs } from '../../../playback/hooks.ts'
import { activeFaults } from './faults.ts'
import type { Fault } from './faults.ts'

/** What is broken at the moment on stage. */
export function useActiveFaults(): readonly Fault[] {
  const inputs = useInputs()
  return useMemo(() => activeFaults(inputs), [inputs])
}

/** What a menu calls the doing and the undoing of a fault; `whole`: with the node that it is about. */
export function useFaultWords(): { break: (fault: Fault, whole?: boolean) => string; lift: (fault: Fault, whole?: boolean) => string } {
  const { t } = useTranslation('faults')
  // Which facts a message wants, the compiler cannot follow.
  const say = t as unknown as (key: string, facts: object) => string
  const words = (verb: 'break' | 'lift') => (fault: Fault, whole = false): string => {
    const { type, node, component, controller, file, signal = 'KILL' } = fault as Fault & Record<string, string | undefined>
    const what = say(`${verb}.${controller === undefined ? type : 'controller'}`, {
      controller,
      component,
      file,
      signal: type === 'node-pressure' ? say(`signal.${signal}`, {}) : signal,
    })
    return whole && node !== undefined ? t('onNode', { node, what }) : what
  }
  return { break: words('break'), lift: words('lift') }
}
