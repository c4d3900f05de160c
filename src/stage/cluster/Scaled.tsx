import type { CSSProperties, ReactElement, ReactNode } from 'react'
import { Handle, Position } from 'reactflow'
import styles from './cluster.module.css'

/** Draws its content at its ordinary size, then as large as the control plane is (ClusterLayout.scale). */
export function Scaled({
  scale,
  width,
  height,
  children,
}: {
  scale: number
  width: number
  height: number
  children: ReactNode
}): ReactElement {
  const style: CSSProperties = { width, height, ...(scale !== 1 && { transform: `scale(${scale})` }) }
  return (
    <>
      <div className={styles.scaled} style={style}>
        {children}
      </div>
      <Anchors />
    </>
  )
}

/** React Flow hangs its edges on these; ours bring their own path, so that the place does not matter. */
export function Anchors(): ReactElement {
  return (
    <>
      <Handle type="target" position={Position.Top} isConnectable={false} className={styles.anchor} />
      <Handle type="source" position={Position.Bottom} isConnectable={false} className={styles.anchor} />
    </>
  )
}
