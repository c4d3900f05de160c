import { Fragment } from 'react'
import type { ReactElement } from 'react'

/** A plugin's name may break between its words. */
export function PluginName({ name }: { name: string }): ReactElement {
  return (
    <>
      {name.split(/(?<=[a-z])(?=[A-Z])/).map((word, i) => (
        <Fragment key={i}>
          {i > 0 && <wbr />}
          {word}
        </Fragment>
      ))}
    </>
  )
}
