import type { ButtonHTMLAttributes, ReactElement } from 'react'
import { classes } from '../shared/ui/classes.ts'
import { select, useView } from '../shared/view.ts'
import styles from './cluster.module.css'
import { useLit } from './lit.ts'

interface CapsuleProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** The place that lights it up (places.ts). */
  place: string
  /** What a click selects: 'components/etcd', 'services/default/web'. */
  selects: string
}

/** A part of the cluster that can be chosen: outlined when it is, lit while a step passes it. */
export function Capsule({ place, selects, className, ...rest }: CapsuleProps): ReactElement {
  const lit = useLit(place)
  const chosen = useView((s) => s.selected === selects)
  return (
    <button
      type="button"
      className={classes('nopan', className)}
      data-lit={lit || undefined}
      data-chosen={chosen || undefined}
      onClick={() => select(selects)}
      {...rest}
    />
  )
}

/** The same in the shape that most parts have. */
export function PartCapsule({ className, ...rest }: CapsuleProps): ReactElement {
  return <Capsule className={classes(styles.part, className)} {...rest} />
}
